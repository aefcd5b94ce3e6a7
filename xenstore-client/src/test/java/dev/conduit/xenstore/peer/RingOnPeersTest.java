package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.peer.Peers.Daemon;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client as a guest of Debian's daemons, over the ring in the guest's page. */
class RingOnPeersTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ClientOptions OPTIONS = ClientOptions.defaults();
    private static final int GUEST = 5;
    private static final int REQ_PROD = 2052;
    private static final int RSP_PROD = 2060;
    private static final int SERVER_FEATURES = 2064;
    private static final int ERROR = 2072;

    /** A daemon with one guest, introduced, that owns /guest. */
    private static final class Machine implements AutoCloseable {
        private final PeerServer server;
        private final PeerRing ring;
        private final XenStoreClient dom0;

        Machine(Daemon daemon) throws IOException {
            server = PeerServer.start(daemon);
            boolean done = false;
            try {
                ring = new PeerRing(server, GUEST);
                introduce();
                dom0 = XenStoreClients.connect(server.socket());
                dom0.mkdir("/guest");
                dom0.setPermissions("/guest", List.of(new Permission(Access.NONE, GUEST)));
                done = true;
            } finally {
                if (!done) {
                    server.close();
                }
            }
        }

        void introduce() throws IOException {
            request(8, GUEST + "|1|7|");
        }

        /** One request with domain 0's rights that must succeed. */
        private void request(int type, String strings) throws IOException {
            byte[] payload = strings.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
            try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(server.socket()))) {
                socket.write(ByteBuffer.allocate(16 + payload.length).order(ByteOrder.nativeOrder()).putInt(type)
                        .putInt(0).putInt(0).putInt(payload.length).put(payload).flip());
                byte[] reply = Channels.newInputStream(socket).readNBytes(19);
                assertThat(ByteBuffer.wrap(reply).order(ByteOrder.nativeOrder()).getInt(0)).isEqualTo(type);
            }
        }

        @Override
        public void close() {
            dom0.close();
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadAndWriteAsAGuest(Daemon daemon) throws Exception {
        try (Machine machine = new Machine(daemon);
                XenStoreClient guest = XenStoreClients.connect(machine.ring, OPTIONS)) {
            for (int size : new int[] {0, 1, 1000, 1024, 1900}) {
                byte[] value = "x".repeat(size).getBytes(StandardCharsets.ISO_8859_1);
                guest.write("/guest/" + size, value);

                assertThat(guest.read("/guest/" + size)).isEqualTo(value);
            }
            assertThat(machine.dom0.read("/guest/1900")).hasSize(1900);
            assertThatThrownBy(() -> guest.write("/tool/x", "1")).isInstanceOf(XenStoreException.class)
                    .matches(e -> ((XenStoreException) e).is("EACCES"));
            assertThat(guest.domainPath(GUEST)).isEqualTo("/local/domain/" + GUEST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWrapManyTimesInBothDirections(Daemon daemon) throws Exception {
        try (Machine machine = new Machine(daemon);
                XenStoreClient guest = XenStoreClients.connect(machine.ring, OPTIONS)) {
            guest.write("/guest/v", "");
            for (int i = 0; i < 300; i++) {
                String value = ("" + i).repeat(1 + i % 300);
                guest.write("/guest/v", value);
                assertThat(guest.readString("/guest/v")).isEqualTo(value);
            }
            assertThat(machine.ring.page().getInt(REQ_PROD)).isGreaterThan(50 * 1024);
            assertThat(machine.ring.page().getInt(RSP_PROD)).isGreaterThan(50 * 1024);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeToldOfChanges(Daemon daemon) throws Exception {
        try (Machine machine = new Machine(daemon);
                XenStoreClient guest = XenStoreClients.connect(machine.ring, OPTIONS)) {
            Queue<String> events = new ConcurrentLinkedQueue<>();
            guest.watch("/guest", events::add);
            await().atMost(LONG).until(() -> events.contains("/guest"));
            machine.dom0.write("/guest/new", "1");

            await().atMost(LONG).until(() -> events.contains("/guest/new"));
        }
    }

    /** The second client must not take what was meant for the first; with C by RESET_WATCHES, with the other anew. */
    @ParameterizedTest
    @EnumSource
    void shouldBeginAnewOnAUsedRing(Daemon daemon) throws Exception {
        try (Machine machine = new Machine(daemon)) {
            List<String> stale = new ArrayList<>();
            try (XenStoreClient first = XenStoreClients.connect(machine.ring, OPTIONS)) {
                first.watch("/guest", stale::add);
                first.write("/guest/a", "1");
            }
            assertThat(machine.ring.page().getInt(SERVER_FEATURES)).isEqualTo(daemon == Daemon.C ? 0 : 1);
            try (XenStoreClient second = XenStoreClients.connect(machine.ring, OPTIONS)) {
                assertThat(second.readString("/guest/a")).isEqualTo("1");
                Queue<String> events = new ConcurrentLinkedQueue<>();
                second.watch("/guest/b", events::add);
                second.write("/guest/b", "2");
                await().atMost(LONG).until(() -> !events.isEmpty());
            }
        }
    }

    /** As a boot loader leaves it: whole and half replies in the ring, and a watch that fires. */
    @ParameterizedTest
    @EnumSource
    void shouldPassOverWhatAPredecessorLeftInTheRing(Daemon daemon) throws Exception {
        try (Machine machine = new Machine(daemon)) {
            ByteBuffer page = machine.ring.page();
            byte[] payload = "/guest\0t\0".getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer watch = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder()).putInt(4).putInt(1).putInt(0)
                    .putInt(payload.length).put(payload).flip();
            int length = watch.remaining();
            page.put(0, watch, 0, length);
            VarHandle.fullFence();
            page.putInt(REQ_PROD, length);
            machine.ring.notifyPeer();
            await().atMost(LONG).until(() -> page.getInt(RSP_PROD) >= 19 + 16 + payload.length);
            page.putInt(2056, 7);

            try (XenStoreClient guest = XenStoreClients.connect(machine.ring, OPTIONS)) {
                guest.write("/guest/a", "1");
                assertThat(guest.readString("/guest/a")).isEqualTo("1");
            }
        }
    }

    /** oxenstored 4.17 says nothing about such guests. */
    @Test
    void shouldTellWhatTheDaemonHasAgainstTheGuest() throws Exception {
        ByteBuffer tooLong = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(2).putInt(0).putInt(0)
                .putInt(5000).flip();
        assertThat(errorAfter(16, tooLong, 3)).contains("error is 3 (protocol violation)");
        assertThat(errorAfter(1025, tooLong, 2))
                .isEqualTo("req_prod 1025 is 1025 ahead of req_cons 0, at most 1024 are possible");
    }

    /** What a client is told on the ring of a guest that sent bytes and moved its index to a place. */
    private static String errorAfter(int index, ByteBuffer bytes, int error) throws Exception {
        try (Machine machine = new Machine(Daemon.C)) {
            ByteBuffer page = machine.ring.page();
            page.put(0, bytes, 0, bytes.remaining());
            VarHandle.fullFence();
            page.putInt(REQ_PROD, index);
            machine.ring.notifyPeer();
            await().atMost(LONG).until(() -> page.getInt(ERROR) == error);

            ClientOptions brief = new ClientOptions(Duration.ofSeconds(1), 1, 1);
            return catchThrowable(() -> XenStoreClients.connect(machine.ring, brief)).getMessage();
        }
    }

    /** oxenstored 4.17 leaves the ring of a domain it knows as it is. */
    @Test
    void shouldTellThatTheGuestWasIntroducedAnew() throws Exception {
        try (Machine machine = new Machine(Daemon.C);
                XenStoreClient guest = XenStoreClients.connect(machine.ring, OPTIONS)) {
            guest.write("/guest/a", "1");
            machine.introduce();

            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> guest.read("/guest/a"))
                    .isInstanceOf(XenStoreException.class).hasMessageContaining("the ring"));
            try (XenStoreClient again = XenStoreClients.connect(machine.ring, OPTIONS)) {
                assertThat(again.readString("/guest/a")).isEqualTo("1");
            }
        }
    }
}
