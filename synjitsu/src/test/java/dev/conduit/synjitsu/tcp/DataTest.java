package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataTest {

    private static final int START = Rig.CLIENT_SEQUENCE + 1;

    private final Rig rig = new Rig();

    @Test
    void shouldKeepDataInOrder() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "GET ", ours));
        Segment first = rig.answer();
        assertThat(first.acknowledgement()).isEqualTo(START + 4);
        assertThat(first.window()).isEqualTo(32_764);
        rig.receive(Rig.data(4, "/ HTTP/1.1", ours));
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + 14);
        assertThat(rig.received()).isEqualTo("GET / HTTP/1.1");
        assertThat(rig.events).endsWith("data 4", "data 14");
    }

    @Test
    void shouldTakeDataWithTheHandshakesLastSegment() {
        rig.receive(Rig.data(0, "hello", rig.halfOpen() + 1));
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + 5);
        assertThat(rig.events).containsExactly("asked 80", "established", "data 5");
    }

    @Test
    void shouldCloseGaps() {
        int ours = rig.establish();
        rig.receive(Rig.data(8, "ij", ours));
        rig.receive(Rig.data(4, "ef", ours));
        rig.receive(Rig.data(6, "gh", ours));
        assertThat(rig.takeSent()).extracting(Segment::acknowledgement).containsOnly(START);
        rig.receive(Rig.data(0, "abcd", ours));
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + 10);
        assertThat(rig.received()).isEqualTo("abcdefghij");
    }

    @ParameterizedTest
    @CsvSource({
        "0, abcd, abcd", // again
        "0, abXXef, abcdef", // what was acknowledged stays as it is
        "2, cdef, abcdef",
        "-3, xxxabcdefg, abcdefg", // from before the stream
        "-4, xxxx, abcd",
    })
    void shouldTreatOverlaps(int at, String data, String received) {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "abcd", ours));
        rig.takeSent();
        rig.receive(Rig.data(at, data, ours));
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + received.length());
        assertThat(rig.received()).isEqualTo(received);
    }

    @Test
    void shouldCloseTheWindowWhenFullAndTakeNothingMore() {
        int ours = rig.establish();
        for (int at = 0; at < 32_768; at += 1024) {
            rig.receive(Rig.data(at, "x".repeat(1024), ours));
            Segment answer = rig.answer();
            assertThat(answer.acknowledgement() + answer.window()).as("the window's edge stays").isEqualTo(START + 32_768);
        }
        rig.receive(Rig.data(32_768, "probe", ours));
        Segment answer = rig.answer();
        assertThat(answer.acknowledgement()).isEqualTo(START + 32_768);
        assertThat(answer.window()).isZero();
        assertThat(rig.tcb().data()).hasSize(32_768);
        assertThat(rig.tcb().receiveWindow()).isZero();
        rig.receive(Rig.data(32_768, "", ours).flags(Segment.ACK | Segment.FIN));
        assertThat(rig.connection().state()).as("a FIN needs no room").isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + 32_769);
        assertThat(rig.tcb().data()).hasSize(32_768);
        rig.receive(Rig.data(32_767, "x", ours).flags(Segment.ACK | Segment.FIN));
        assertThat(rig.answer().acknowledgement()).isEqualTo(START + 32_769);
    }

    @Test
    void shouldTakeWhatFitsOfASegment() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "x".repeat(32_760), ours));
        rig.receive(Rig.data(32_760, "12345678too much", ours).flags(Segment.ACK | Segment.FIN));
        assertThat(rig.takeSent().get(1).acknowledgement()).isEqualTo(START + 32_768);
        assertThat(rig.connection().state()).as("the FIN did not fit").isEqualTo(TcpState.ESTABLISHED);
        assertThat(rig.received()).endsWith("x12345678");
    }

    /** A client is told more rather than less, and what it was told is taken (RFC 7323, 2.4). */
    @Test
    void shouldRoundTheWindowUpToWhatTheScaleCanSay() {
        rig.receive(Rig.syn().options(new TcpOptions(1460, 2, false, false, 0, 0, new int[0])));
        int ours = rig.answer().sequence() + 1;
        rig.receive(Rig.data(0, "x".repeat(32_767), ours).window(500));
        assertThat(rig.answer().window()).as("128 bytes").isEqualTo(1);
        assertThat(rig.tcb().sendWindow()).isEqualTo(2000);
        rig.receive(Rig.data(32_767, "y".repeat(200), ours));
        Segment answer = rig.answer();
        assertThat(answer.window()).isZero();
        assertThat(answer.acknowledgement()).isEqualTo(START + 32_767 + 128);
        Rig other = new Rig();
        other.table.restore(rig.tcb(), 0, other.now);
        assertThat(other.tcb().receiveWindow()).isZero();
    }

    @Test
    void shouldTellOfPiecesBehindGaps() {
        rig.receive(Rig.syn().options(new TcpOptions(1460, 2, true, false, 0, 0, new int[0])));
        int ours = rig.answer().sequence() + 1;
        rig.receive(Rig.data(2, "cd", ours));
        assertThat(rig.answer().options().sackBlocks()).containsExactly(START + 2, START + 4);
        rig.receive(Rig.data(10, "kl", ours));
        assertThat(rig.answer().options().sackBlocks()).containsExactly(START + 10, START + 12, START + 2, START + 4);
        rig.receive(Rig.data(4, "ef", ours));
        assertThat(rig.answer().options().sackBlocks()).containsExactly(START + 2, START + 6, START + 10, START + 12);
        rig.receive(Rig.data(0, "ab", ours));
        assertThat(rig.answer().options().sackBlocks()).containsExactly(START + 10, START + 12);
    }

    @Test
    void shouldBoundPiecesBehindGaps() {
        int ours = rig.establish();
        for (int i = 0; i <= ReceiveBuffer.MOST_PIECES; i++) {
            rig.receive(Rig.data(10 + 10 * i, "x", ours));
        }
        assertThat(rig.drops.all()).containsOnlyKeys(DropReason.NO_ROOM);
        rig.receive(Rig.data(11, "123456789", ours));
        assertThat(rig.drops.of(DropReason.NO_ROOM)).as("a piece that joins others is none more").isOne();
        rig.receive(Rig.data(0, "0123456789x", ours));
        assertThat(rig.received()).isEqualTo("0123456789x123456789x");
    }

    @Test
    void shouldBoundTheMemoryOfAllConnections() {
        Rig small = new Rig(new TableOptions().bufferedBytes(1100));
        int ours = small.establish();
        small.receive(Rig.data(0, "x".repeat(900), ours));
        assertThat(small.answer().acknowledgement()).isEqualTo(START + 900);
        small.receive(Rig.data(900, "y".repeat(900), ours));
        Segment answer = small.answer();
        assertThat(answer.acknowledgement()).as("taken as lost").isEqualTo(START + 900);
        assertThat(answer.acknowledgement() + answer.window()).as("the offer stands").isEqualTo(START + 32_768);
        assertThat(small.drops.all()).containsOnlyKeys(DropReason.NO_ROOM);
        assertThat(small.table.bufferedBytes()).isBetween(900L, 1100L);
        small.table.remove(small.connection());
        assertThat(small.table.bufferedBytes()).isZero();
    }

    @Test
    void shouldEndSilentConnectionsWithAReset() {
        int ours = rig.establish();
        rig.advanceMillis(599_000);
        rig.receive(Rig.data(0, "x", ours));
        rig.takeSent();
        rig.advanceMillis(599_000);
        assertThat(rig.table.size()).isEqualTo(1);
        rig.advanceMillis(1000);
        Segment reset = rig.answer();
        assertThat(reset.flags()).isEqualTo(Segment.RST | Segment.ACK);
        assertThat(reset.sequence()).isEqualTo(ours);
        assertThat(reset.acknowledgement()).isEqualTo(START + 1);
        assertThat(rig.table.size()).isZero();
        assertThat(rig.events).endsWith("closed IDLE");
    }

    @Test
    void shouldTellWhatChanged() {
        int ours = rig.establish();
        assertThat(rig.table.takeChanged()).containsExactly(rig.connection());
        assertThat(rig.table.takeChanged()).isEmpty();
        rig.receive(Rig.data(0, "", ours));
        rig.receive(Rig.data(2, "behind a gap", ours));
        assertThat(rig.table.takeChanged()).isEmpty();
        rig.receive(Rig.data(0, "x", ours));
        rig.receive(Rig.data(1, "x", ours));
        assertThat(rig.table.takeChanged()).containsExactly(rig.connection());
        rig.receive(Rig.data(14, "", ours).window(7));
        assertThat(rig.table.takeChanged()).containsExactly(rig.connection());
        Connection connection = rig.connection();
        rig.receive(Rig.data(14, "", ours).flags(Segment.RST));
        assertThat(rig.table.takeChanged()).containsExactly(connection);
        assertThat(connection.isOpen()).isFalse();
    }
}
