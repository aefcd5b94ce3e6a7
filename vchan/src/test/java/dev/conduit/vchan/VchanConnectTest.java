package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.SHORT;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.Permission;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening, publishing, connecting, and what stays behind. */
class VchanConnectTest {

    private static final String PATH = "/local/domain/1/data/vchan/2/7";
    private static final VchanOptions OPTIONS = VchanOptions.defaults();

    @Test
    void shouldPublishBothNodesForTheClientOnlyInOneTransaction() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            FakeStore store = pair.machine.store;
            pair.listener.publish(PATH);
            assertThat(store.transactions()).isEqualTo(1);
            assertThat(store.readString(PATH + "/ring-ref")).isEqualTo("" + pair.listener.ringRef());
            assertThat(store.readString(PATH + "/event-channel")).isEqualTo("" + pair.listener.eventChannel());
            assertThat(store.permissions(PATH + "/ring-ref")).extracting(Permission::toString)
                    .containsExactly("n1", "r2");
            assertThat(store.permissions(PATH + "/event-channel")).extracting(Permission::toString)
                    .containsExactly("n1", "r2");
            pair.client = Vchan.connect(pair.clientPlatform, new DomainId(1), PATH, OPTIONS, LONG);
            pair.client.write(pattern(0, 10));
            assertThat(pair.server.read(ByteBuffer.allocate(20))).isEqualTo(10);
            pair.server.close();
            assertThat(store.paths()).containsExactly("/local", "/local/domain", "/local/domain/1",
                    "/local/domain/1/data");
            store.remove("/local");
        }
    }

    @Test
    void shouldKeepFoldersThatOthersUseAndNodesOfASuccessor() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            FakeStore store = pair.machine.store;
            pair.listener.publish(store, PATH);
            store.write("/local/domain/1/data/vchan/2/8/ring-ref", "9");
            store.write(PATH + "/ring-ref", "424242");
            pair.server.close();
            assertThat(store.readString(PATH + "/ring-ref")).isEqualTo("424242");
            store.remove("/local");
        }
        try (Pair pair = new Pair(OPTIONS)) {
            FakeStore store = pair.machine.store;
            pair.listener.publish(PATH);
            store.write("/local/domain/1/data/vchan/2/8/ring-ref", "9");
            pair.server.close();
            assertThat(store.exists("/local/domain/1/data/vchan/2/7")).isFalse();
            assertThat(store.exists("/local/domain/1/data/vchan/2/8/ring-ref")).isTrue();
            store.remove("/local");
        }
    }

    @Test
    void shouldRefusePathsThatLibxenvchanCutsOff() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            String longest = "/" + "a".repeat(48);
            assertThatThrownBy(() -> pair.listener.publish(longest + "b")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 50 bytes, more than the 49 that libxenvchan does not cut off");
            pair.listener.publish(longest);
            assertThatThrownBy(() -> pair.listener.publish("/other")).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("published at '" + longest + "' already");
        }
    }

    @Test
    void shouldWaitForNodesThatComeOneAfterTheOther() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            Background<VchanChannel> connecting = Background.run(
                    () -> Vchan.connect(pair.clientPlatform, new DomainId(1), "/p", OPTIONS, LONG));
            pair.machine.store.write("/p/ring-ref", "");
            pair.machine.store.write("/p/ring-ref", "" + pair.listener.ringRef());
            pair.machine.store.write("/p/event-channel", "" + pair.listener.eventChannel());
            pair.client = connecting.get();
            assertThat(pair.server.state()).isEqualTo(VchanState.OPEN);
            pair.machine.store.remove("/p");
        }
    }

    @Test
    void shouldSayWhichPathNobodyPublished() throws Exception {
        FakeMachine machine = new FakeMachine();
        assertThatThrownBy(() -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, SHORT))
                .isInstanceOf(VchanTimeoutException.class)
                .hasMessage("no vchan was published at /p within 30 ms: /p/ring-ref is missing, "
                        + "or domain 2 may not read it");
        machine.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "+5", "0x10", " 7", "7 ", "7\0", "seven", "2147483648", "99999999999999999999",
        "5\n", "\u0001", "1.0"})
    void shouldRejectMalformedNodes(String text) throws Exception {
        FakeMachine machine = new FakeMachine();
        machine.store.write("/p/ring-ref", text);
        machine.store.write("/p/event-channel", "1");
        assertThatThrownBy(() -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, LONG))
                .isInstanceOf(VchanProtocolException.class)
                .hasMessageStartingWith("/p/ring-ref is '").hasMessageMatching("[ -~]*")
                .hasMessageEndingWith("not a decimal number between 1 and 2147483647");
        machine.store.write("/p/ring-ref", "1");
        machine.store.write("/p/event-channel", text);
        assertThatThrownBy(() -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, LONG))
                .isInstanceOf(VchanProtocolException.class).hasMessageStartingWith("/p/event-channel is '");
        machine.store.remove("/p");
        machine.assertNothingLeft();
    }

    @Test
    void shouldWriteBeforeTheClientConnects() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            assertThat(pair.server.state()).isEqualTo(VchanState.WAITING);
            pair.server.write(pattern(0, 100));
            VchanChannel client = pair.connect(OPTIONS);
            ByteBuffer target = ByteBuffer.allocate(200);
            assertThat(client.read(target)).isEqualTo(100);
            assertThat(target.flip()).isEqualTo(pattern(0, 100));
        }
    }

    @Test
    void shouldAwaitTheClientAlsoWhenItSendsNoEvent() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            assertThatThrownBy(() -> pair.listener.awaitConnected(SHORT)).isInstanceOf(VchanTimeoutException.class)
                    .hasMessageContaining("within 30 ms");
            assertThatThrownBy(() -> pair.listener.awaitConnected(Duration.ZERO))
                    .isInstanceOf(VchanTimeoutException.class);
            Background<Void> waiting = Background.run(() -> {
                pair.listener.awaitConnected(LONG);
                return null;
            });
            pair.page().put(VchanPage.CLI_LIVE, (byte) 1);
            waiting.get();
            pair.page().put(VchanPage.CLI_LIVE, (byte) 0);
            assertThatThrownBy(() -> pair.listener.awaitConnected(LONG)).isInstanceOf(VchanPeerClosedException.class);
        }
        try (Pair pair = new Pair(OPTIONS)) {
            Background<Void> waiting = Background.run(() -> {
                pair.listener.awaitConnected(LONG);
                return null;
            });
            pair.listener.close();
            assertThat(waiting.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void shouldGoBackToWaitingAndTakeTheNextClientWhenPersistent() throws Exception {
        VchanOptions options = OPTIONS.withRings(1024, 1024).withPersistentServer(true);
        try (Pair pair = new Pair(options)) {
            int at = 0;
            for (int round = 0; round < 5; round++) {
                assertThat(pair.server.state()).isEqualTo(VchanState.WAITING);
                VchanChannel client = pair.connect(options);
                assertThat(pair.server.state()).isEqualTo(VchanState.OPEN);
                client.write(pattern(at, 700));
                assertThat(pair.server.read(ByteBuffer.allocate(500))).isEqualTo(500);
                pair.server.write(pattern(at, 600));
                assertThat(client.read(ByteBuffer.allocate(600))).isEqualTo(600);
                client.close();
                assertThat(pair.server.state()).isEqualTo(VchanState.WAITING);
                assertThat(pair.page().get(VchanPage.CLI_NOTIFY) & VchanPage.NOTIFY_WRITE).as("armed again")
                        .isEqualTo(1);
                assertThat(pair.server.read(ByteBuffer.allocate(500))).as("what the client left").isEqualTo(200);
                at += 700;
            }
        }
    }

    @Test
    void shouldWaitForTheNextClientInABlockedRead() throws Exception {
        VchanOptions options = OPTIONS.withPersistentServer(true);
        try (Pair pair = new Pair(options)) {
            pair.connect(options).close();
            ByteBuffer target = ByteBuffer.allocate(10);
            Background<Integer> reading = Background.run(() -> pair.server.read(target));
            VchanChannel client = pair.connect(options);
            assertThat(reading.done()).isFalse();
            client.write(pattern(0, 3));
            assertThat(reading.get()).isEqualTo(3);
        }
    }

    @Test
    void shouldSayThatThePlatformIsGoneWhenItWasClosedFirst() throws Exception {
        try (Pair pair = Pair.connected(OPTIONS)) {
            pair.server.write(pattern(0, 5));
            pair.clientPlatform.close();
            assertThat(pair.client.read(ByteBuffer.allocate(10))).isEqualTo(5);
            assertThat(pair.client.read(ByteBuffer.allocate(10))).isEqualTo(-1);
            assertThatThrownBy(() -> pair.client.write(pattern(0, 1))).isInstanceOf(VchanPeerClosedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10_000_001})
    void shouldRejectOptionsOutOfRange(long nanos) {
        assertThatThrownBy(() -> OPTIONS.withSpin(Duration.ofNanos(nanos)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("between 0 and PT0.01S");
        assertThatThrownBy(() -> OPTIONS.withWatchdog(Duration.ofSeconds(2)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("PT2S is not between PT0.01S");
        assertThatThrownBy(() -> OPTIONS.withRings(1024, (1 << 20) + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("server-to-client ring of 1048577 bytes is not between 1 and 1048576 (1 MiB)");
        assertThatThrownBy(() -> FlushPolicy.batched(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("flush batch of 0 bytes is not between 1 and 1048576");
    }
}
