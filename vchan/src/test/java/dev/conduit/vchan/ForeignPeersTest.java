package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.SHORT;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.EventPort;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other implementations do differently from libxenvchan, done by hand in the control page. */
class ForeignPeersTest {

    private static final VchanOptions OPTIONS = VchanOptions.defaults().withWatchdog(Duration.ofMillis(50));

    @ParameterizedTest
    @CsvSource({"1024, 1024, 10, 11", "2048, 2048, 10, 12", "1025, 2048, 10, 12", "1, 2048, 10, 11", "2048, 1, 11, 10",
        "1024, 4096, 10, 12", "1024, 65536, 10, 16", "4096, 1024, 12, 10", "65536, 2048, 16, 11", "4096, 4096, 12, 12",
        "8192, 16384, 13, 14"})
    void shouldTalkToMirageServersOfAllSizes(int readBytes, int writeBytes, int left, int right) throws Exception {
        RingOrder orders = MirageRings.forSizes(readBytes, writeBytes);
        assertThat(orders).isEqualTo(new RingOrder(left, right));
        try (RawServer raw = new RawServer(left, right)) {
            ByteBuffer leftRing = left < 12 ? raw.page.slice(1 << left, 1 << left) : raw.ringPages.buffer();
            ByteBuffer rightRing = right < 12 ? raw.page.slice(1 << right, 1 << right)
                    : raw.ringPages.buffer().slice(4096 * orders.leftPages(), 1 << right);
            VchanChannel client = raw.connect();
            int toServer = Math.min(1 << left, 5000);
            assertThat(client.tryWrite(pattern(0, toServer))).isEqualTo(toServer);
            assertThat(raw.page.getInt(VchanPage.LEFT_PROD)).isEqualTo(toServer);
            assertThat(leftRing.slice(0, toServer)).isEqualTo(pattern(0, toServer));
            int toClient = Math.min(1 << right, 5000);
            rightRing.put(0, pattern(7, toClient), 0, toClient);
            raw.page.putInt(VchanPage.RIGHT_PROD, toClient);
            ByteBuffer target = ByteBuffer.allocate(toClient);
            assertThat(client.receive(target, LONG)).isTrue();
            assertThat(target.flip()).isEqualTo(pattern(7, toClient));
        }
    }

    /** A Mirage client counts from 0, whatever stands in the page. */
    @Test
    void shouldSayWhatAMirageClientOfAUsedServerDoesWrong() throws Exception {
        try (RawClient raw = new RawClient(OPTIONS.withRings(1024, 2048).withPersistentServer(true))) {
            raw.server().write(pattern(0, 100));
            raw.set(VchanPage.RIGHT_CONS, 100);
            raw.server().write(pattern(100, 100));
            assertThat(raw.server().drain(SHORT)).isFalse();
            raw.setByte(VchanPage.CLI_LIVE, 0);
            assertThat(raw.server().state()).isEqualTo(VchanState.WAITING);
            raw.setByte(VchanPage.CLI_LIVE, 1);
            raw.set(VchanPage.RIGHT_CONS, 0);
            assertThatThrownBy(() -> raw.server().write(pattern(0, 2000), LONG))
                    .isInstanceOf(VchanProtocolException.class).hasMessageContaining("right.cons went from 100 to 0");
        }
    }

    /** A client of Xen 4.13 or older: it sets its live byte and sends nothing. */
    @Test
    void shouldServeAClientThatSendsNoEventWhenItConnects() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            Background<Void> waiting = Background.run(() -> {
                pair.listener.awaitConnected(LONG);
                return null;
            });
            Background<Integer> reading = Background.run(() -> pair.server.read(ByteBuffer.allocate(10), LONG));
            await().atMost(LONG).until(() -> pair.server.statistics().waits() > 0);
            pair.page().put(VchanPage.CLI_LIVE, (byte) 1);
            pair.page().put(VchanPage.SRV_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
            waiting.get();
            assertThat(reading.done()).isFalse();
            pair.page().putInt(VchanPage.LEFT_PROD, 3);
            assertThat(reading.get()).isEqualTo(3);
        }
    }

    /** A Zephyr client closes its port, and leaves its live byte at 1. */
    @Test
    void shouldKnowTheEndOfAZephyrClientByItsDomainOnly() throws Exception {
        try (RawClient raw = new RawClient(OPTIONS)) {
            raw.port.send();
            raw.port.close();
            assertThatThrownBy(() -> raw.server().read(ByteBuffer.allocate(1), SHORT))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.server().state()).isEqualTo(VchanState.OPEN);
            raw.pair.machine.kill(2, true);
            assertThat(raw.server().read(ByteBuffer.allocate(1), LONG)).isEqualTo(-1);
            assertThat(raw.server().state()).isEqualTo(VchanState.PEER_GONE);
        }
    }

    @Test
    void shouldGoOnWithTheNextZephyrClientOfAPersistentServer() throws Exception {
        try (RawClient raw = new RawClient(OPTIONS.withPersistentServer(true))) {
            raw.set(VchanPage.LEFT_PROD, 10);
            assertThat(raw.server().read(ByteBuffer.allocate(20), LONG)).isEqualTo(10);
            raw.port.close();
            EventPort next = raw.pair.clientPlatform.bind(raw.pair.serverPlatform.self(),
                    raw.pair.listener.eventChannel());
            raw.page.put(VchanPage.CLI_LIVE, (byte) 1);
            raw.page.put(VchanPage.SRV_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
            next.send();
            raw.page.putInt(VchanPage.LEFT_PROD, 15);
            assertThat(raw.server().read(ByteBuffer.allocate(20), LONG)).isEqualTo(5);
            raw.server().write(pattern(0, 3));
            assertThat(raw.word(VchanPage.RIGHT_PROD)).isEqualTo(3);
            next.close();
        }
    }

    /** A Zephyr server takes its nodes away and frees the page, and leaves its live byte at 1. */
    @Test
    void shouldKnowTheEndOfAZephyrServerByItsDomainOnly() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect();
            raw.port.close();
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1), SHORT))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(client.state()).isEqualTo(VchanState.OPEN);
            raw.machine.kill(1, true);
            assertThat(client.read(ByteBuffer.allocate(1), LONG)).isEqualTo(-1);
            assertThat(client.state()).isEqualTo(VchanState.PEER_GONE);
        }
    }

    /** A Zephyr reader does not look again after it has asked; vchan-socket-proxy takes two events for one. */
    @Test
    void shouldRemindAPeerThatSleepsOverItsBytes() throws Exception {
        try (RawClient raw = new RawClient(OPTIONS)) {
            raw.server().write(pattern(0, 10));
            raw.page.put(VchanPage.SRV_NOTIFY, (byte) 0);
            long before = raw.port.events();
            assertThatThrownBy(() -> raw.server().read(ByteBuffer.allocate(1), Duration.ofMillis(200)))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.port.events() - before).as("events nobody asked for").isBetween(1L, 4L);
            raw.set(VchanPage.RIGHT_CONS, 10);
            long after = raw.port.events();
            assertThatThrownBy(() -> raw.server().read(ByteBuffer.allocate(1), Duration.ofMillis(200)))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.port.events()).as("everything was read").isEqualTo(after);
        }
    }

    /** vchan-socket-proxy as the server goes on with the next client on the same rings, and says nothing. */
    @Test
    void shouldLeaveNothingInTheRingForTheNextClientOfAProxy() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect(OPTIONS.withFarewell(Duration.ofSeconds(10)));
            raw.page.putInt(VchanPage.RIGHT_PROD, 500);
            assertThat(client.read(ByteBuffer.allocate(100))).isEqualTo(100);
            Background<Void> closing = Background.run(() -> {
                client.close();
                return null;
            });
            await().atMost(LONG).until(() -> raw.page.get(VchanPage.CLI_LIVE) == 0);
            raw.page.putInt(VchanPage.RIGHT_PROD, 600);
            while (!closing.done()) { // it looks at the ring, again and again
                raw.page.put(VchanPage.CLI_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
            }
            closing.get();
            assertThat(raw.page.getInt(VchanPage.RIGHT_CONS)).isEqualTo(600);
            assertThat(raw.page.get(VchanPage.CLI_NOTIFY)).isEqualTo((byte) VchanPage.NOTIFY_WRITE);
        }
    }

    @Test
    void shouldNotWaitLongerForAProxyThanAllowed() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect(OPTIONS.withFarewell(SHORT));
            raw.page.putInt(VchanPage.RIGHT_PROD, 500);
            Background.run(() -> {
                client.close();
                return null;
            }).get();
            assertThat(raw.page.getInt(VchanPage.RIGHT_CONS)).as("taken out all the same").isEqualTo(500);
        }
    }
}
