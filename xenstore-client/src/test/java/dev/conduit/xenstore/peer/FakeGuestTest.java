package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.peer.Peers.Daemon;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.io.FileInputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tests may expect of guests that only the daemon believes in. */
class FakeGuestTest {

    private static final int DOMAIN = 5;
    private static final Duration LONG = Duration.ofSeconds(20);

    private static String ask(Link link, Operation operation, String payload) {
        link.send(Message.of(operation, 1, 0, Escapes.bytes(payload, 0)).encoded().array());
        return Escapes.text(link.receive().payload());
    }

    @ParameterizedTest
    @EnumSource(Daemon.class)
    void shouldServeAGuestAndNotifyIt(Daemon daemon) throws Exception {
        try (PeerServer server = PeerServer.start(daemon); Link host = new SocketLink(server.socket())) {
            Path ring = server.addDomain(DOMAIN);
            Path fifo = server.addNotifications(DOMAIN);
            try (RandomAccessFile open = new RandomAccessFile(fifo.toFile(), "rw");
                    FileInputStream notifications = new FileInputStream(open.getFD())) {
                assertThat(ask(host, Operation.INTRODUCE, "5|1|7|")).isEqualTo("OK|");

                Link guest = new RingLink(ring, () -> server.kick(DOMAIN));
                assertThat(ask(guest, Operation.GET_DOMAIN_PATH, "5|")).isEqualTo("/local/domain/5|");

                await("a notification").atMost(LONG).until(() -> notifications.available() >= Integer.BYTES);
                assertThat(Integer.reverseBytes(open.readInt())).isEqualTo(DOMAIN);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Daemon.class)
    void shouldTellOfTheShutdownAndTheDeathOfAGuest(Daemon daemon) {
        try (PeerServer server = PeerServer.start(daemon); Link host = new SocketLink(server.socket())) {
            server.addDomain(DOMAIN);
            assertThat(ask(host, Operation.INTRODUCE, "5|1|7|")).isEqualTo("OK|");
            assertThat(ask(host, Operation.IS_DOMAIN_INTRODUCED, "5|")).isEqualTo("T|");
            assertThat(ask(host, Operation.WATCH, "@releaseDomain|t|")).isEqualTo("OK|");
            assertThat(Escapes.text(host.receive().payload())).isEqualTo("@releaseDomain|t|");

            server.shutDown(DOMAIN);
            assertThat(Escapes.text(host.receive().payload())).isEqualTo("@releaseDomain|t|");
            assertThat(ask(host, Operation.IS_DOMAIN_INTRODUCED, "5|")).isEqualTo("T|");

            server.endDomain(DOMAIN);
            assertThat(Escapes.text(host.receive().payload())).isEqualTo("@releaseDomain|t|");
            assertThat(ask(host, Operation.IS_DOMAIN_INTRODUCED, "5|")).isEqualTo("F|");
        }
    }
}
