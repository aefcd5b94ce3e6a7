package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.pattern;
import static dev.conduit.vchan.Pair.patternByte;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that wait, with both ends in threads of their own. */
class VchanBlockingTest {

    private static void awaitSleep(VchanChannel channel) {
        await().atMost(Duration.ofSeconds(20)).until(() -> channel.statistics().waits() > 0);
    }

    static List<Callable<Long>> blockedCalls(VchanChannel channel) {
        return List.of(
                () -> (long) channel.read(ByteBuffer.allocate(1)),
                () -> (long) channel.read(ByteBuffer.allocate(1), LONG),
                () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(1)}),
                () -> channel.receive(ByteBuffer.allocate(1), LONG) ? 1L : 0L,
                () -> (long) channel.peek(1, LONG).remaining(),
                () -> (long) channel.write(pattern(0, 3000)),
                () -> (long) channel.write(pattern(0, 3000), LONG),
                () -> channel.write(new ByteBuffer[] {pattern(0, 3000)}),
                () -> {
                    channel.write(pattern(0, 1));
                    channel.send(pattern(0, channel.free() + 1), LONG);
                    return 0L;
                },
                () -> {
                    channel.tryWrite(pattern(0, 3000));
                    return (long) channel.reserve(1, LONG).remaining();
                },
                () -> {
                    channel.write(pattern(0, 1));
                    return channel.drain(LONG) ? 1L : 0L;
                });
    }

    @Test
    void shouldEndEveryBlockedCallWhenAnotherThreadCloses() throws Exception {
        for (int i = 0; i < 11; i++) {
            try (Pair pair = Pair.connected(1024, 2048)) {
                Background<Long> blocked = Background.run(blockedCalls(pair.server).get(i));
                awaitSleep(pair.server);
                pair.server.close();
                assertThat(blocked.failure()).as("call %d", i).isInstanceOf(AsynchronousCloseException.class);
            }
        }
    }

    @Test
    void shouldInterruptEveryBlockedCallAndStayUsable() throws Exception {
        for (int i = 0; i < 11; i++) {
            try (Pair pair = Pair.connected(1024, 2048)) {
                Background<Long> blocked = Background.run(blockedCalls(pair.server).get(i));
                awaitSleep(pair.server);
                blocked.thread.interrupt();
                assertThat(blocked.failure()).as("call %d", i).isInstanceOf(InterruptedIOException.class)
                        .hasMessageContaining("can still be used");
                pair.client.write(pattern(0, 10));
                assertThat(pair.server.read(ByteBuffer.allocate(20))).isEqualTo(10);
                assertThat(pair.server.state()).isEqualTo(VchanState.OPEN);
            }
        }
    }

    @Test
    void shouldEndEveryBlockedCallWhenThePeerCloses() throws Exception {
        for (int i = 0; i < 11; i++) {
            try (Pair pair = Pair.connected(1024, 2048)) {
                Background<Long> blocked = Background.run(blockedCalls(pair.server).get(i));
                awaitSleep(pair.server);
                pair.client.close();
                if (i < 3) {
                    assertThat(blocked.get()).as("call %d", i).isEqualTo(-1);
                } else if (i == 3 || i == 10) {
                    assertThat(blocked.get()).as("call %d", i).isZero();
                } else if (i == 4) {
                    assertThat(blocked.failure()).isInstanceOf(NullPointerException.class);
                } else {
                    assertThat(blocked.failure()).as("call %d", i).isInstanceOf(VchanPeerClosedException.class);
                }
            }
        }
    }

    @Test
    void shouldNotSetARequestBitOrSleepWhenSpinningHelps() throws Exception {
        VchanOptions options = VchanOptions.defaults().withSpin(Duration.ofMillis(10));
        try (Pair pair = Pair.connected(options)) {
            Background<Integer> echo = Background.run(() -> {
                ByteBuffer one = ByteBuffer.allocate(1);
                int count = 0;
                while (pair.server.read(one.clear()) == 1) {
                    pair.server.write(one.flip());
                    count++;
                }
                return count;
            });
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int i = 0; i < 2000; i++) {
                one.clear().put((byte) i).flip();
                pair.client.write(one);
                assertThat(pair.client.read(one.clear())).isEqualTo(1);
                assertThat(one.get(0)).isEqualTo((byte) i);
            }
            pair.client.close();
            assertThat(echo.get()).isEqualTo(2000);
        }
    }

    /** Ring sizes, write size, read size, flush policy. */
    static List<Object[]> streams() {
        List<Object[]> all = new ArrayList<>();
        for (int ring : new int[] {1024, 2048, 4096, 65536}) {
            for (int[] sizes : new int[][] {{1, 1}, {64, 64}, {64, 4096}, {5000, 100}, {70000, 70000}}) {
                for (FlushPolicy flush : new FlushPolicy[] {
                    FlushPolicy.EACH_WRITE, FlushPolicy.batched(1024), FlushPolicy.EXPLICIT}) {
                    all.add(new Object[] {ring, sizes[0], sizes[1], flush});
                }
            }
        }
        return all;
    }

    @ParameterizedTest(name = "ring {0}, writes of {1}, reads of {2}, flush {3}")
    @MethodSource("streams")
    void shouldCarryStreamsBothWaysAtOnce(int ring, int writeSize, int readSize, FlushPolicy flush) throws Exception {
        long bytes = writeSize == 1 ? 20_000 : 400_000;
        VchanOptions options = VchanOptions.defaults().withRings(ring, ring).withFlush(flush);
        try (Pair pair = Pair.connected(options)) {
            Background<Void> toServer = Background.run(() -> writeStream(pair.client, bytes, writeSize));
            Background<Void> toClient = Background.run(() -> writeStream(pair.server, bytes, writeSize));
            Background<Void> atServer = Background.run(() -> readStream(pair.server, bytes, readSize));
            readStream(pair.client, bytes, readSize);
            atServer.get();
            toServer.get();
            toClient.get();
        }
    }

    private static Void writeStream(VchanChannel channel, long bytes, int size) throws Exception {
        ByteBuffer source = ByteBuffer.allocateDirect(size);
        for (long at = 0; at < bytes; at += size) {
            source.clear();
            for (int i = 0; i < size; i++) {
                source.put(i, patternByte((int) at + i));
            }
            channel.write(source.limit((int) Math.min(size, bytes - at)));
        }
        channel.flush();
        return null;
    }

    private static Void readStream(VchanChannel channel, long bytes, int size) throws Exception {
        ByteBuffer target = ByteBuffer.allocateDirect(size);
        long at = 0;
        while (at < bytes) {
            int count = channel.read(target.clear());
            for (int i = 0; i < count; i++) {
                if (target.get(i) != patternByte((int) at + i)) {
                    throw new AssertionError("byte " + (at + i) + " is wrong");
                }
            }
            at += count;
        }
        assertThat(at).isEqualTo(bytes);
        return null;
    }

    @Test
    void shouldCarryAStreamThroughViews() throws Exception {
        long bytes = 2_000_000;
        try (Pair pair = Pair.connected(4096, 4096)) {
            Background<Void> writer = Background.run(() -> {
                SplittableRandom random = new SplittableRandom(11);
                long at = 0;
                while (at < bytes) {
                    ByteBuffer view = pair.client.reserve(1, LONG);
                    int count = (int) Math.min(bytes - at, 1 + random.nextInt(view.remaining()));
                    for (int i = 0; i < count; i++) {
                        view.put(patternByte((int) at + i));
                    }
                    pair.client.commit(count);
                    at += count;
                }
                pair.client.close();
                return null;
            });
            SplittableRandom random = new SplittableRandom(12);
            long at = 0;
            for (ByteBuffer view = pair.server.peek(1, LONG); view != null; view = pair.server.peek(1, LONG)) {
                int count = 1 + random.nextInt(view.remaining());
                for (int i = 0; i < count; i++) {
                    assertThat(view.get()).isEqualTo(patternByte((int) at + i));
                }
                pair.server.release(count);
                at += count;
            }
            assertThat(at).isEqualTo(bytes);
            writer.get();
        }
    }

    @Test
    void shouldPassPacketsUpToARingFull() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            Background<Void> writer = Background.run(() -> {
                for (int i = 1; i <= 1024; i++) {
                    pair.client.send(pattern(i, i), LONG);
                }
                return null;
            });
            for (int i = 1; i <= 1024; i++) {
                ByteBuffer packet = ByteBuffer.allocate(i);
                assertThat(pair.server.receive(packet, LONG)).isTrue();
                assertThat(packet.flip()).isEqualTo(pattern(i, i));
            }
            writer.get();
        }
    }

    @Test
    void shouldWakeAWriterThoughTheReaderNeverCallsAgain() throws Exception {
        try (Pair pair = Pair.connected(VchanOptions.defaults().withRings(8192, 8192))) {
            pair.client.write(pattern(0, 8192));
            Background<Integer> writer = Background.run(() -> pair.client.write(pattern(8192, 100)));
            awaitSleep(pair.client);
            assertThat(pair.server.read(ByteBuffer.allocate(100))).as("less than is given back at once").isEqualTo(100);
            assertThat(writer.get()).isEqualTo(100);
        }
    }

    @Test
    void shouldSurviveClosingWhileEveryoneWorks() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (Pair pair = Pair.connected(4096, 4096)) {
                List<Background<Void>> workers = new ArrayList<>();
                for (VchanChannel channel : List.of(pair.client, pair.server)) {
                    workers.add(Background.run(() -> {
                        while (true) {
                            channel.write(pattern(0, 100));
                        }
                    }));
                    workers.add(Background.run(() -> {
                        while (channel.read(ByteBuffer.allocate(64)) >= 0) {
                            channel.state();
                            channel.available();
                        }
                        throw new VchanPeerClosedException(channel.state(), "end of stream");
                    }));
                }
                await().until(() -> pair.server.statistics().bytesRead() > 0);
                Background<Void> closer = Background.run(() -> {
                    pair.server.close();
                    return null;
                });
                pair.server.close();
                closer.get();
                for (Background<Void> worker : workers) {
                    assertThat(worker.failure()).isInstanceOfAny(
                            java.nio.channels.ClosedChannelException.class, VchanPeerClosedException.class);
                }
            }
        }
    }
}
