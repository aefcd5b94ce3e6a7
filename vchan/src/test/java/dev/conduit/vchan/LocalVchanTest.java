package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static dev.conduit.vchan.Pair.pattern;
import static dev.conduit.vchan.Pair.patternByte;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels on the local platform: real shared memory, real events, processes that are killed. */
class LocalVchanTest {

    private static final int STREAM = 3_000_000;

    private LocalMachine machine;
    private LocalPlatform serverSide;

    @BeforeEach
    void start() throws IOException {
        machine = new LocalMachine();
        serverSide = machine.domain("server");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private VchanServer serve(LocalPlatform clientSide, VchanOptions options) throws IOException {
        VchanServer server = Vchan.open(serverSide, clientSide.self(), options);
        server.publish(GuestProcess.path(serverSide.self(), clientSide.self()));
        return server;
    }

    private VchanChannel connect(LocalPlatform clientSide, VchanOptions options) throws IOException {
        return Vchan.connect(clientSide, serverSide.self(),
                GuestProcess.path(serverSide.self(), clientSide.self()), options, PATIENCE);
    }

    private static void readPattern(VchanChannel channel, int bytes) throws IOException {
        readPattern(channel, 0, bytes);
    }

    private static void readPattern(VchanChannel channel, int from, int bytes) throws IOException {
        ByteBuffer target = ByteBuffer.allocateDirect(5000);
        int at = from;
        while (at - from < bytes) {
            int count = channel.read(target.clear().limit(Math.min(5000, bytes - (at - from))), PATIENCE);
            assertThat(count).as("bytes after %d", at).isPositive();
            check(target.flip(), at);
            at += count;
        }
    }

    private static void check(ByteBuffer bytes, int at) {
        for (int i = 0; i < bytes.remaining(); i++) {
            if (bytes.get(bytes.position() + i) != patternByte(at + i)) {
                throw new AssertionError("byte " + (at + i) + " is wrong");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 4096, 65536, 1048576})
    void shouldCarryStreamsBothWaysAtOnce(int ring) throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        VchanOptions options = VchanOptions.defaults().withRings(ring, ring).withFlush(FlushPolicy.batched(512));
        try (VchanServer server = serve(clientSide, options); VchanChannel client = connect(clientSide, options)) {
            server.awaitConnected(PATIENCE);
            List<Background<Void>> workers = new ArrayList<>();
            for (VchanChannel channel : List.of(client, server.channel())) {
                workers.add(Background.run(() -> {
                    for (int at = 0; at < STREAM; at += 100) {
                        channel.write(pattern(at, 100));
                    }
                    return null;
                }));
                workers.add(Background.run(() -> {
                    readPattern(channel, STREAM);
                    return null;
                }));
            }
            for (Background<Void> worker : workers) {
                worker.get();
            }
            assertThat(client.statistics().bytesRead()).isEqualTo(STREAM);
            assertThat(server.channel().contiguous()).isEqualTo(ring >= 4096);
        }
    }

    @Test
    void shouldGiveViewsThatRunOnOverTheRingsEnd() throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        VchanOptions options = VchanOptions.defaults().withRings(4096, 8192);
        try (VchanServer server = serve(clientSide, options); VchanChannel client = connect(clientSide, options)) {
            assertThat(client.contiguous()).isTrue();
            int at = 0;
            for (int round = 0; round < 50; round++) {
                ByteBuffer view = client.reserve(4096, PATIENCE);
                assertThat(view.remaining()).isEqualTo(4096);
                view.put(pattern(at, 3001));
                client.commit(3001);
                ByteBuffer seen = server.channel().peek(3001, PATIENCE);
                assertThat(seen).isEqualTo(pattern(at, 3001));
                server.channel().release(3001);
                at += 3001;
            }
            for (int round = 0; round < 50; round++) {
                server.channel().send(pattern(at, 5003), PATIENCE);
                ByteBuffer packet = ByteBuffer.allocate(5003);
                assertThat(client.receive(packet, PATIENCE)).isTrue();
                assertThat(packet.flip()).isEqualTo(pattern(at, 5003));
                at += 5003;
            }
        }
    }

    @Test
    void shouldSurviveClosingWhileEveryoneWorks() throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        for (int round = 0; round < 20; round++) {
            VchanServer server = serve(clientSide, VchanOptions.defaults());
            VchanChannel client = connect(clientSide, VchanOptions.defaults());
            List<Background<Void>> workers = new ArrayList<>();
            for (VchanChannel channel : List.of(client, server.channel())) {
                workers.add(Background.run(() -> {
                    for (int at = 0;; at += 100) {
                        channel.write(pattern(at, 100));
                    }
                }));
                workers.add(Background.run(() -> {
                    readPattern(channel, Integer.MAX_VALUE);
                    return null;
                }));
            }
            await().until(() -> client.statistics().bytesRead() > 100_000);
            VchanChannel first = round % 2 == 0 ? client : server.channel();
            first.close();
            for (Background<Void> worker : workers) {
                Throwable end = worker.failure();
                if (!(end instanceof AssertionError && end.getMessage().startsWith("[bytes after"))) {
                    assertThat(end).isInstanceOfAny(ClosedChannelException.class, VchanPeerClosedException.class);
                }
            }
            client.close();
            server.close();
            machine.assertNothingHeld();
        }
    }

    @Test
    void shouldRemoveItsNodesAndEmptyFoldersOnClose() throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        String path = GuestProcess.path(serverSide.self(), clientSide.self());
        VchanServer server = serve(clientSide, VchanOptions.defaults());
        assertThat(clientSide.xenStore().readString(path + "/ring-ref")).isEqualTo("" + server.ringRef());
        LocalPlatform stranger = machine.domain("stranger");
        assertThatThrownBy(() -> stranger.xenStore().read(path + "/ring-ref")).hasMessageContaining("EACCES");
        assertThatThrownBy(() -> Vchan.connect(stranger, serverSide.self(), server.ringRef(), server.eventChannel(),
                VchanOptions.defaults())).isInstanceOf(IOException.class);
        server.close();
        assertThat(serverSide.xenStore().exists(path)).isFalse();
        assertThat(serverSide.xenStore().exists("data/vchan")).isFalse();
        assertThat(serverSide.xenStore().exists("data")).isTrue();
    }

    @Test
    void shouldTakeTheNextClientWhenPersistent() throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        VchanOptions options = VchanOptions.defaults().withPersistentServer(true);
        try (VchanServer server = serve(clientSide, options)) {
            for (int round = 0; round < 5; round++) {
                VchanChannel client = connect(clientSide, options);
                server.awaitConnected(PATIENCE);
                client.write(pattern(round, 50_000));
                ByteBuffer target = ByteBuffer.allocate(50_000);
                assertThat(server.channel().receive(target, PATIENCE)).isTrue();
                assertThat(target.flip()).isEqualTo(pattern(round, 50_000));
                client.close();
                assertThat(server.channel().state()).isEqualTo(VchanState.WAITING);
            }
        }
    }

    @Test
    void shouldEchoAcrossProcesses() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "echo", serverSide.self());
                VchanServer server = Vchan.open(serverSide, guest.domain, VchanOptions.defaults())) {
            server.publish(GuestProcess.path(serverSide.self(), guest.domain));
            server.awaitConnected(PATIENCE);
            VchanChannel channel = server.channel();
            Background<Void> writer = Background.run(() -> {
                for (int at = 0; at < STREAM; at += 10_000) {
                    channel.write(pattern(at, 10_000), PATIENCE);
                }
                return null;
            });
            readPattern(channel, STREAM);
            writer.get();
            assertThat(channel.drain(PATIENCE)).isTrue();
            channel.close();
            assertThat(guest.readLine()).isEqualTo("ended PEER_CLOSED");
        }
    }

    @Test
    void shouldDeliverWhatAKilledWriterHasWrittenThenEnd() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (GuestProcess guest = new GuestProcess(machine.folder, "flood", serverSide.self());
                    VchanServer server = Vchan.open(serverSide, guest.domain, VchanOptions.defaults())) {
                server.publish(GuestProcess.path(serverSide.self(), guest.domain));
                VchanChannel channel = server.channel();
                readPattern(channel, 500_000);
                guest.kill();
                ByteBuffer target = ByteBuffer.allocate(200_000);
                int total = 0;
                for (int count = 0; count >= 0; count = channel.read(target, PATIENCE)) {
                    total += count;
                }
                check(target.flip(), 500_000);
                assertThat(total).isEqualTo(target.remaining()).isLessThanOrEqualTo(65536);
                assertThat(channel.state()).isEqualTo(VchanState.PEER_CLOSED);
                assertThatThrownBy(() -> channel.write(pattern(0, 1))).isInstanceOf(VchanPeerClosedException.class);
            }
        }
    }

    @Test
    void shouldDeliverWhatAKilledServerHasWrittenThenEnd() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "serve", serverSide.self());
                VchanChannel channel = Vchan.connect(serverSide, guest.domain,
                        GuestProcess.path(guest.domain, serverSide.self()), VchanOptions.defaults(), PATIENCE)) {
            readPattern(channel, 500_000);
            ByteBuffer view = channel.peek(1, PATIENCE);
            check(view, 500_000);
            guest.kill();
            await().atMost(PATIENCE).until(() -> channel.state() == VchanState.PEER_CLOSED);
            check(view, 500_000);
            int rest = channel.available();
            assertThat(rest).isGreaterThanOrEqualTo(view.remaining());
            readPattern(channel, 500_000, rest);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void shouldWakeAWriterWhoseReaderIsKilled() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "sleep", serverSide.self());
                VchanServer server = Vchan.open(serverSide, guest.domain,
                        VchanOptions.defaults().withRings(1024, 4096))) {
            server.publish(GuestProcess.path(serverSide.self(), guest.domain));
            server.awaitConnected(PATIENCE);
            VchanChannel channel = server.channel();
            Background<Integer> writer = Background.run(() -> channel.write(pattern(0, 10_000)));
            Background<Integer> reader = Background.run(() -> channel.read(ByteBuffer.allocate(10)));
            await().atMost(PATIENCE).until(() -> channel.statistics().waits() > 1);
            guest.kill();
            assertThat(writer.failure()).isInstanceOf(VchanPeerClosedException.class);
            assertThat(reader.get()).isEqualTo(-1);
        }
    }

    @Test
    void shouldReadWhatWasWrittenWhenTheHostIsGone() throws Exception {
        try (LocalMachine doomed = new LocalMachine()) {
            LocalPlatform one = doomed.domain("one");
            LocalPlatform two = doomed.domain("two");
            VchanServer server = Vchan.open(one, two.self(), VchanOptions.defaults());
            VchanChannel client = Vchan.connect(two, one.self(), server.ringRef(), server.eventChannel(),
                    VchanOptions.defaults());
            client.write(pattern(0, 100));
            Background<Integer> blocked = Background.run(() -> client.read(ByteBuffer.allocate(10)));
            await().atMost(PATIENCE).until(() -> client.statistics().waits() > 0);
            doomed.endHost();
            assertThat(blocked.get()).isEqualTo(-1);
            assertThat(client.state()).isEqualTo(VchanState.PLATFORM_LOST);
            assertThat(server.channel().read(ByteBuffer.allocate(1000), PATIENCE)).isEqualTo(100);
            assertThat(server.channel().read(ByteBuffer.allocate(1000), PATIENCE)).isEqualTo(-1);
            assertThatThrownBy(() -> client.write(pattern(0, 1))).isInstanceOf(VchanPeerClosedException.class)
                    .hasMessageContaining("the platform under it is gone");
            client.close();
            server.close();
        }
    }

    @Test
    void shouldWakeAWriterThoughTheReaderNeverCallsAgain() throws Exception {
        LocalPlatform clientSide = machine.domain("client");
        VchanOptions options = VchanOptions.defaults().withSpin(Duration.ZERO);
        try (VchanServer server = serve(clientSide, options); VchanChannel client = connect(clientSide, options)) {
            client.write(pattern(0, 65536));
            Background<Integer> writer = Background.run(() -> client.write(pattern(65536, 100)));
            await().atMost(PATIENCE).until(() -> client.statistics().waits() > 0);
            assertThat(server.channel().read(ByteBuffer.allocate(100))).isEqualTo(100);
            assertThat(writer.get()).isEqualTo(100);
        }
    }
}
