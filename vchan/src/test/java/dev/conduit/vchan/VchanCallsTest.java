package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.SHORT;
import static dev.conduit.vchan.Pair.bytes;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each call of a channel does, both ends in one thread. */
class VchanCallsTest {

    @Test
    void shouldCarryBytesBothWays() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            assertThat(pair.client.write(bytes(1, 2, 3))).isEqualTo(3);
            assertThat(pair.server.write(bytes(9, 8))).isEqualTo(2);
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(pair.server.read(target)).isEqualTo(3);
            assertThat(target.flip()).isEqualTo(bytes(1, 2, 3));
            target.clear();
            assertThat(pair.client.read(target)).isEqualTo(2);
            assertThat(target.flip()).isEqualTo(bytes(9, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1000, 1023, 1024})
    void shouldKeepEveryByteOverManyWraps(int step) throws Exception {
        for (int[] sizes : new int[][] {{1024, 1024}, {2048, 1024}, {1024, 4096}, {4096, 4096}, {8192, 65536}}) {
            try (Pair pair = Pair.connected(sizes[0], sizes[1])) {
                for (VchanChannel[] way : new VchanChannel[][] {
                    {pair.client, pair.server}, {pair.server, pair.client}}) {
                    ByteBuffer target = ByteBuffer.allocateDirect(step);
                    for (int at = 0; at < 10_000; at += step) {
                        assertThat(way[0].tryWrite(pattern(at, step))).isEqualTo(step);
                        assertThat(way[1].tryRead(target.clear())).isEqualTo(step);
                        assertThat(target.flip()).isEqualTo(pattern(at, step));
                    }
                }
            }
        }
    }

    @Test
    void shouldFillTheWholeRingAndNoMore() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            ByteBuffer source = pattern(0, 2000);
            assertThat(pair.client.free()).isEqualTo(1024);
            assertThat(pair.client.tryWrite(source)).isEqualTo(1024);
            assertThat(source.position()).isEqualTo(1024);
            assertThat(pair.client.tryWrite(source)).isZero();
            assertThat(pair.client.free()).isZero();
            assertThat(pair.server.available()).isEqualTo(1024);
            ByteBuffer target = ByteBuffer.allocate(3000);
            assertThat(pair.server.read(target)).isEqualTo(1024);
            assertThat(target.flip()).isEqualTo(pattern(0, 1024));
            assertThat(pair.client.free()).isEqualTo(1024);
        }
    }

    @Test
    void shouldTryWithoutBlocking() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            assertThat(pair.server.tryRead(ByteBuffer.allocate(1))).isZero();
            assertThat(pair.server.tryRead(ByteBuffer.allocate(0))).isZero();
            assertThat(pair.server.read(ByteBuffer.allocate(0))).isZero();
            assertThat(pair.server.write(ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void shouldTimeOutWithTheBytesThatAreMissing() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            assertThatThrownBy(() -> pair.server.read(ByteBuffer.allocate(8), SHORT))
                    .isInstanceOf(VchanTimeoutException.class)
                    .hasMessage("1 bytes of data did not come within 30 ms: 0 of a ring of 1024 are there");
            ByteBuffer source = pattern(0, 1500);
            assertThatThrownBy(() -> pair.client.write(source, SHORT)).isInstanceOf(VchanTimeoutException.class)
                    .hasMessage("1 bytes of space did not come within 30 ms: 0 of a ring of 1024 are there");
            assertThat(source.position()).isEqualTo(1024);
            assertThatThrownBy(() -> pair.client.write(source, Duration.ZERO))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThatThrownBy(() -> pair.client.write(source, Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("negative");
            assertThat(pair.server.available()).isEqualTo(1024);
        }
    }

    @Test
    void shouldSendPacketsInOnePieceOrNotAtAll() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            pair.client.send(pattern(0, 1000), Duration.ZERO);
            ByteBuffer packet = pattern(1000, 25);
            assertThatThrownBy(() -> pair.client.send(packet, Duration.ZERO))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(packet.position()).isZero();
            assertThat(pair.server.available()).isEqualTo(1000);
            assertThatThrownBy(() -> pair.client.send(ByteBuffer.allocate(1025), LONG))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("packet of 1025 bytes is larger than the ring of 1024");
        }
    }

    @Test
    void shouldReceivePacketsCompletelyOrLeaveThem() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            pair.client.write(pattern(0, 10));
            ByteBuffer target = ByteBuffer.allocate(11);
            assertThatThrownBy(() -> pair.server.receive(target, Duration.ZERO))
                    .isInstanceOf(VchanTimeoutException.class).hasMessageContaining("10 of a ring of 1024");
            assertThat(target.position()).isZero();
            pair.client.write(pattern(10, 5));
            assertThat(pair.server.receive(target, Duration.ZERO)).isTrue();
            assertThat(target.flip()).isEqualTo(pattern(0, 11));
            pair.client.close();
            assertThat(pair.server.receive(target.clear(), LONG)).isFalse();
            assertThat(target.position()).isZero();
            assertThat(pair.server.read(target)).isEqualTo(4);
            assertThat(pair.server.read(target)).isEqualTo(-1);
            assertThatThrownBy(() -> pair.server.receive(ByteBuffer.allocate(1025), LONG))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("packet of 1025 bytes is larger than the ring of 1024");
        }
    }

    @Test
    void shouldGatherAndScatter() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            ByteBuffer[] sources = {bytes(99), pattern(0, 10), ByteBuffer.allocate(0), pattern(10, 20), bytes(99)};
            assertThat(pair.client.write(sources, 1, 3)).isEqualTo(30);
            assertThat(sources[4].remaining()).isEqualTo(1);
            ByteBuffer[] targets = {ByteBuffer.allocate(0), ByteBuffer.allocate(3), ByteBuffer.allocate(100)};
            assertThat(pair.server.read(targets)).isEqualTo(30);
            assertThat(targets[1].flip()).isEqualTo(pattern(0, 3));
            assertThat(targets[2].flip()).isEqualTo(pattern(3, 27));
            pair.client.close();
            assertThat(pair.server.read(new ByteBuffer[] {ByteBuffer.allocate(4)})).isEqualTo(-1);
        }
    }

    @Test
    void shouldReserveAndCommitWithoutCopying() throws Exception {
        try (Pair pair = Pair.connected(4096, 1024)) {
            ByteBuffer view = pair.client.reserve(100, LONG);
            assertThat(view.remaining()).isEqualTo(4096);
            view.put(pattern(0, 200));
            assertThat(pair.server.available()).isZero();
            pair.client.commit(150);
            assertThat(pair.server.available()).isEqualTo(150);
            assertThat(pair.client.reserve(1, LONG)).isSameAs(view);
            assertThat(view.remaining()).isEqualTo(4096 - 150);
            pair.client.commit(0);
            ByteBuffer seen = pair.server.peek(1, LONG);
            assertThat(seen.isReadOnly()).isTrue();
            assertThat(seen).isEqualTo(pattern(0, 150));
            pair.server.release(100);
            assertThat(pair.server.peek(1, LONG)).isSameAs(seen).isEqualTo(pattern(100, 50));
            pair.server.release(50);
            assertThat(pair.client.free()).isEqualTo(4096);
        }
    }

    @Test
    void shouldEndViewsAtTheRingsEndWhenNotMirrored() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            assertThat(pair.client.contiguous()).isFalse();
            pair.client.write(pattern(0, 1000));
            pair.server.read(ByteBuffer.allocate(1000));
            assertThat(pair.client.reserve(24, LONG).remaining()).isEqualTo(24);
            assertThatThrownBy(() -> pair.client.reserve(25, LONG)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("reservation of 25 bytes is not between 1 and 24");
            assertThatThrownBy(() -> pair.server.peek(2, LONG)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("view of 2 bytes is not between 1 and 1");
            pair.client.write(pattern(1000, 100));
            assertThat(pair.server.peek(1, LONG)).isEqualTo(pattern(1000, 24));
            pair.server.release(24);
            assertThat(pair.server.peek(1, LONG)).isEqualTo(pattern(1024, 76));
        }
    }

    @Test
    void shouldRejectCommitsAndReleasesBeyondTheView() throws Exception {
        try (Pair pair = Pair.connected(4096, 1024)) {
            assertThatThrownBy(() -> pair.client.commit(1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("commit of 1 bytes is not between 0 and the 0 reserved");
            pair.client.reserve(10, LONG);
            assertThatThrownBy(() -> pair.client.commit(4097)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.client.commit(-1)).isInstanceOf(IllegalArgumentException.class);
            pair.client.commit(10);
            assertThatThrownBy(() -> pair.server.release(1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("release of 1 bytes is not between 0 and the 0 looked at");
            pair.server.peek(1, LONG);
            assertThatThrownBy(() -> pair.server.release(11)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.server.release(-1)).isInstanceOf(IllegalArgumentException.class);
            pair.server.release(10);
            assertThat(pair.server.tryRead(ByteBuffer.allocate(1))).isZero();
        }
    }

    @Test
    void shouldReadEverythingBeforeTheEnd() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            pair.client.write(pattern(0, 5));
            pair.client.close();
            assertThat(pair.server.state()).isEqualTo(VchanState.PEER_CLOSED);
            ByteBuffer target = ByteBuffer.allocate(3);
            assertThat(pair.server.read(target)).isEqualTo(3);
            assertThat(pair.server.peek(1, LONG)).isEqualTo(pattern(3, 2));
            pair.server.release(2);
            assertThat(pair.server.peek(1, LONG)).isNull();
            assertThat(pair.server.read(target.clear())).isEqualTo(-1);
            assertThat(pair.server.tryRead(target.clear())).isEqualTo(-1);
            assertThatThrownBy(() -> pair.server.write(bytes(1))).isInstanceOf(VchanPeerClosedException.class)
                    .hasMessage("vchan SERVER cannot write: domain 2 closed its end");
            assertThatThrownBy(() -> pair.server.reserve(1, LONG)).isInstanceOf(VchanPeerClosedException.class);
        }
    }

    @Test
    void shouldRefuseEverythingAfterClose() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            VchanChannel closed = pair.client;
            pair.client.write(bytes(1));
            closed.close();
            closed.close();
            assertThat(closed.isOpen()).isFalse();
            assertThat(closed.state()).isEqualTo(VchanState.CLOSED);
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThatThrownBy(() -> closed.read(one)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.tryRead(one)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.write(one)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.tryWrite(one)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.send(one, LONG)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.receive(one, LONG)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.reserve(1, LONG)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.commit(0)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.peek(1, LONG)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.release(0)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(closed::flush).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(closed::available).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(closed::free).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> closed.drain(LONG)).isInstanceOf(ClosedChannelException.class);
            assertThat(closed.statistics().bytesWritten()).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepBatchedBytesBackUntilTheBatchIsFull() throws Exception {
        VchanOptions options = VchanOptions.defaults().withFlush(FlushPolicy.batched(100));
        try (Pair pair = Pair.connected(options)) {
            // Whatever the late publisher has published of the first bytes, the batch is full with the last.
            pair.client.write(pattern(0, 99));
            pair.client.write(pattern(99, 100));
            assertThat(pair.server.available()).isGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void shouldPublishAnIncompleteBatchByItselfAfterAWhile() throws Exception {
        VchanOptions options = VchanOptions.defaults().withFlush(FlushPolicy.batched(100));
        try (Pair pair = Pair.connected(options)) {
            pair.client.write(pattern(0, 5));
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(pair.server.read(target, LONG)).isEqualTo(5);
        }
    }

    @Test
    void shouldPublishOnlyWhenToldOrBeforeBlocking() throws Exception {
        VchanOptions options = VchanOptions.defaults().withFlush(FlushPolicy.EXPLICIT);
        try (Pair pair = Pair.connected(options)) {
            pair.client.write(pattern(0, 5));
            assertThat(pair.server.available()).isZero();
            pair.client.flush();
            assertThat(pair.server.available()).isEqualTo(5);
            pair.client.write(pattern(5, 5));
            assertThat(pair.server.available()).isEqualTo(5);
            assertThatThrownBy(() -> pair.client.read(ByteBuffer.allocate(1), Duration.ZERO))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(pair.server.available()).isEqualTo(10);
            pair.client.write(pattern(10, 5));
            pair.client.close();
            ByteBuffer target = ByteBuffer.allocate(20);
            assertThat(pair.server.read(target)).isEqualTo(15);
            assertThat(target.flip()).isEqualTo(pattern(0, 15));
        }
    }

    @Test
    void shouldDrainOnlyWhenThePeerHasReadEverything() throws Exception {
        try (Pair pair = Pair.connected(VchanOptions.defaults().withFlush(FlushPolicy.EXPLICIT))) {
            assertThat(pair.client.drain(Duration.ZERO)).isTrue();
            pair.client.write(pattern(0, 10));
            assertThat(pair.client.drain(SHORT)).isFalse();
            pair.server.read(ByteBuffer.allocate(10));
            assertThat(pair.client.drain(LONG)).isTrue();
            pair.client.write(pattern(0, 10));
            pair.server.close();
            assertThat(pair.client.drain(LONG)).isFalse();
        }
    }

    @Test
    void shouldCountBytesEventsAndWaits() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            pair.client.write(pattern(0, 100));
            pair.server.read(ByteBuffer.allocate(60));
            assertThatThrownBy(() -> pair.client.read(ByteBuffer.allocate(1), SHORT))
                    .isInstanceOf(VchanTimeoutException.class);
            pair.server.write(pattern(0, 3));
            VchanStatistics client = pair.client.statistics();
            VchanStatistics server = pair.server.statistics();
            assertThat(client.bytesWritten()).isEqualTo(100);
            assertThat(client.bytesRead()).isZero();
            assertThat(server.bytesRead()).isEqualTo(60);
            assertThat(server.bytesWritten()).isEqualTo(3);
            assertThat(client.waits()).isPositive();
            assertThat(server.eventsSent()).as("the client asked for one").isEqualTo(1);
            assertThat(client.eventsReceived()).isPositive();
        }
    }
}
