package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static dev.conduit.vchan.Pair.SHORT;
import static dev.conduit.vchan.Pair.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many channels and one thread, on the local platform. Channel i of the server goes to channel i of the client. */
class VchanSelectorTest {

    private static final int RING = 1024;
    /** No lost wake-up is made good by a look without one. */
    private static final long NO_WATCH = TimeUnit.HOURS.toNanos(1);

    private final List<VchanServer> servers = new ArrayList<>();
    private final List<VchanChannel> clients = new ArrayList<>();
    private LocalMachine machine;
    private LocalPlatform serverSide;
    private LocalPlatform clientSide;
    private VchanSelector<Integer> selector;

    @BeforeEach
    void start() throws IOException {
        machine = new LocalMachine();
        serverSide = machine.domain("server");
        clientSide = machine.domain("client");
        selector = new VchanSelector<>(serverSide, 0, NO_WATCH);
    }

    @AfterEach
    void stop() throws IOException {
        selector.close();
        clients.forEach(VchanChannel::close);
        servers.forEach(VchanServer::close);
        machine.close();
    }

    private VchanChannel server(int number) {
        return servers.get(number).channel();
    }

    private List<VchanKey<Integer>> open(int count) throws IOException {
        List<VchanKey<Integer>> keys = new ArrayList<>();
        VchanOptions options = VchanOptions.defaults().withRings(RING, RING);
        for (int i = 0; i < count; i++) {
            VchanServer server = Vchan.open(serverSide, clientSide.self(), options);
            servers.add(server);
            clients.add(Vchan.connect(
                    clientSide, serverSide.self(), server.ringRef(), server.eventChannel(), options));
            keys.add(server.channel().register(selector, i));
        }
        return keys;
    }

    @Test
    void shouldTellOfAChannelUntilItWasRead() throws Exception {
        open(3);
        assertThat(selector.select(Duration.ZERO)).isEmpty();
        clients.get(1).write(bytes(7, 8));
        assertThat(selector.select(PATIENCE)).containsExactly(1);
        assertThat(selector.select(PATIENCE)).containsExactly(1);
        assertThat(server(1).tryRead(ByteBuffer.allocate(1))).isEqualTo(1);
        clients.get(0).write(bytes(9));
        assertThat(selector.select(PATIENCE)).contains(1);
        assertThat(selector.select(PATIENCE)).containsExactlyInAnyOrder(0, 1);
        assertThat(server(0).tryRead(ByteBuffer.allocate(10))).isEqualTo(1);
        assertThat(server(1).tryRead(ByteBuffer.allocate(10))).isEqualTo(1);
        assertThat(selector.select(SHORT)).isEmpty();
    }

    @Test
    void shouldTellOfWholePacketsOnly() throws Exception {
        VchanKey<Integer> key = open(1).get(0);
        key.want(8, 0);
        clients.get(0).write(ByteBuffer.allocate(7));
        assertThat(selector.select(SHORT)).isEmpty();
        clients.get(0).write(ByteBuffer.allocate(1));
        assertThat(selector.select(PATIENCE)).containsExactly(0);
    }

    @Test
    void shouldTellOfSpace() throws Exception {
        VchanKey<Integer> key = open(1).get(0);
        key.want(0, 100);
        assertThat(selector.select(PATIENCE)).containsExactly(0);
        int ring = server(0).write(ByteBuffer.allocate(server(0).free()));
        assertThat(selector.select(SHORT)).isEmpty();
        Background<Integer> reading = Background.run(() -> clients.get(0).read(ByteBuffer.allocate(ring)));
        assertThat(selector.select(PATIENCE)).containsExactly(0);
        assertThat(reading.get()).isEqualTo(ring);
        key.want(0, 0);
        assertThat(selector.select(SHORT)).isEmpty();
    }

    @Test
    void shouldTellOfTheEndBehindTheLastBytes() throws Exception {
        open(2);
        Background<List<Integer>> waiting = Background.run(() -> selector.select(PATIENCE));
        clients.get(1).close();
        assertThat(waiting.get()).containsExactly(1);
        assertThat(server(1).tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
        server(1).close();
        assertThat(selector.select(SHORT)).isEmpty();
    }

    @Test
    void shouldTellOfAProcessThatWasKilled() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "wait", serverSide.self());
                VchanServer server = Vchan.open(serverSide, guest.domain, VchanOptions.defaults())) {
            server.publish(GuestProcess.path(serverSide.self(), guest.domain));
            server.awaitConnected(PATIENCE);
            server.channel().register(selector, 5);
            assertThat(selector.select(SHORT)).isEmpty();
            guest.kill();
            assertThat(selector.select(PATIENCE)).containsExactly(5);
            assertThat(server.channel().tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    /** The peer of a thousand rounds never waits, so nothing but its one event wakes the selector. */
    @Test
    void shouldLoseNoWakeUp() throws Exception {
        int rounds = 20_000;
        open(20);
        Background<Integer> echo = Background.run(() -> {
            int echoed = 0;
            ByteBuffer buffer = ByteBuffer.allocateDirect(1);
            while (echoed < rounds) {
                List<Integer> ready = selector.select(PATIENCE);
                assertThat(ready).as("ready after %d rounds", echoed).isNotEmpty();
                for (int i : ready) {
                    assertThat(server(i).tryRead(buffer.clear())).isEqualTo(1);
                    server(i).write(buffer.flip());
                    echoed++;
                }
            }
            return echoed;
        });
        Random random = new Random(42);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        for (int round = 0; round < rounds; round++) {
            VchanChannel client = clients.get(random.nextInt(clients.size()));
            client.write(buffer.put(0, (byte) round).clear());
            while (client.tryRead(buffer.clear()) == 0) {
                assertThat(echo.done()).isFalse();
                Thread.yield();
            }
            assertThat(buffer.get(0)).isEqualTo((byte) round);
        }
        assertThat(echo.get()).isEqualTo(rounds);
    }

    /** Somebody who is always ready keeps nobody else from being told of. */
    @Test
    void shouldTellOfOthersBesideABusyOne() throws Exception {
        open(2);
        clients.get(0).write(bytes(1));
        assertThat(selector.select(PATIENCE)).containsExactly(0);
        clients.get(1).write(bytes(2));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!selector.select(Duration.ofMillis(1)).contains(1)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    @Test
    void shouldFindBytesOfAPeerThatSendsNoEvent() throws Exception {
        try (Pair pair = Pair.connected(RING, RING);
                VchanSelector<String> fake = new VchanSelector<>(pair.serverPlatform, 0, 50_000_000)) {
            pair.server.register(fake, "peer");
            assertThat(fake.select(SHORT)).isEmpty();
            int prod = pair.page().getInt(VchanPage.LEFT_PROD);
            pair.page().putInt(VchanPage.LEFT_PROD, prod + 3);
            assertThat(fake.select(PATIENCE)).containsExactly("peer");
        }
    }

    /** Bytes that come without an event stay unseen beside a busy channel: idle ones are not looked at. */
    @Test
    void shouldLookAtThoseOnlyThatDoSomething() throws Exception {
        try (Pair pair = Pair.connected(RING, RING);
                VchanServer idle = Vchan.open(pair.serverPlatform, pair.clientPlatform.self(), VchanOptions.defaults());
                VchanSelector<String> fake = new VchanSelector<>(pair.serverPlatform, 0, NO_WATCH)) {
            VchanChannel peer = Vchan.connect(pair.clientPlatform, pair.serverPlatform.self(), idle.ringRef(),
                    idle.eventChannel(), VchanOptions.defaults());
            pair.server.register(fake, "busy");
            idle.channel().register(fake, "idle");
            assertThat(fake.select(SHORT)).isEmpty();
            pair.machine.granted(idle.ringRef()).run().putInt(VchanPage.LEFT_PROD, 3);
            pair.client.write(bytes(1));
            for (int i = 0; i < 100; i++) {
                assertThat(fake.select(PATIENCE)).containsExactly("busy");
            }
            peer.close();
            assertThat(fake.select(PATIENCE)).containsExactlyInAnyOrder("busy", "idle");
        }
    }

    @Test
    void shouldNoticeADomainThatIsDestroyedWithoutANotification() throws Exception {
        try (Pair pair = Pair.connected(RING, RING);
                VchanSelector<String> fake = new VchanSelector<>(pair.serverPlatform, 0, 50_000_000)) {
            pair.server.register(fake, "peer");
            assertThat(fake.select(SHORT)).isEmpty();
            pair.machine.kill(2, true);
            assertThat(fake.select(PATIENCE)).containsExactly("peer");
            assertThat(pair.server.state()).isEqualTo(VchanState.PEER_GONE);
        }
    }

    @Test
    void shouldTellOfAPeerThatBreaksTheProtocol() throws Exception {
        try (Pair pair = Pair.connected(RING, RING);
                VchanSelector<String> fake = new VchanSelector<>(pair.serverPlatform, 0, 50_000_000)) {
            pair.server.register(fake, "peer");
            pair.page().putInt(VchanPage.LEFT_PROD, RING + 1);
            assertThat(fake.select(PATIENCE)).containsExactly("peer");
            assertThatThrownBy(() -> pair.server.tryRead(ByteBuffer.allocate(1)))
                    .isInstanceOf(VchanProtocolException.class);
        }
    }

    @Test
    void shouldEndItsWaitWhenTold() throws Exception {
        selector.wakeUp();
        assertThat(selector.select(PATIENCE)).isEmpty();
        Background<List<Integer>> waiting = Background.run(() -> selector.select(PATIENCE));
        selector.wakeUp();
        assertThat(waiting.get()).isEmpty();
        Background<List<Integer>> interrupted = Background.run(() -> selector.select(PATIENCE));
        interrupted.thread.interrupt();
        assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);
        Background<List<Integer>> closed = Background.run(() -> selector.select(PATIENCE));
        selector.close();
        assertThat(closed.failure()).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> selector.select(Duration.ZERO)).isInstanceOf(ClosedSelectorException.class);
    }

    @Test
    void shouldTakeChannelsWhileItWaits() throws Exception {
        Background<List<Integer>> waiting = Background.run(() -> selector.select(PATIENCE));
        open(1);
        clients.get(0).write(bytes(1));
        assertThat(waiting.get()).containsExactly(0);
    }

    @Test
    void shouldForgetAChannelThatIsCancelled() throws Exception {
        VchanKey<Integer> key = open(1).get(0);
        clients.get(0).write(bytes(1));
        key.cancel();
        key.cancel();
        assertThat(selector.select(SHORT)).isEmpty();
        server(0).register(selector, 7);
        assertThat(selector.select(PATIENCE)).containsExactly(7);
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        VchanKey<Integer> key = open(1).get(0);
        assertThatIllegalArgumentException().isThrownBy(() -> key.want(RING + 1, 0))
                .withMessage("1025 bytes of data are not between 0 and the ring of 1024");
        assertThatIllegalArgumentException().isThrownBy(() -> key.want(0, -1))
                .withMessage("-1 bytes of space are not between 0 and the ring of 2048");
        assertThatIllegalStateException().isThrownBy(() -> server(0).register(selector, 1)).withMessage(
                "the vchan SERVER with domain " + clientSide.self() + " has a selector already; cancel its key first");
        assertThatIllegalArgumentException().isThrownBy(() -> clients.get(0).register(selector, 1)).withMessage(
                "the vchan CLIENT with domain " + serverSide.self() + " is of another platform than the selector");
        key.cancel();
        server(0).close();
        assertThatThrownBy(() -> server(0).register(selector, 1)).isInstanceOf(ClosedChannelException.class);
        selector.close();
        VchanServer other = Vchan.open(serverSide, clientSide.self(), VchanOptions.defaults());
        servers.add(other);
        assertThatThrownBy(() -> other.channel().register(selector, 1)).isInstanceOf(ClosedSelectorException.class);
    }
}
