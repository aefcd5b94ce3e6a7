package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimestampTest {

    private final Rig rig = new Rig();
    private int ours;
    private int clock;

    @BeforeEach
    void shouldAgreeOnTimestamps() {
        rig.receive(Rig.syn().options(Rig.ALL_OPTIONS));
        Segment answer = rig.answer();
        ours = answer.sequence() + 1;
        clock = answer.options().timestamp();
        receive(0, "", 5001);
    }

    @Test
    void shouldEchoAndGoOn() {
        rig.now += 250_000_000;
        receive(0, "abc", 5100);
        TcpOptions options = rig.answer().options();
        assertThat(options.timestampEcho()).isEqualTo(5100);
        assertThat(options.timestamp()).as("milliseconds").isEqualTo(clock + 250);
        assertThat(rig.tcb().recentTimestamp()).isEqualTo(5100);
        assertThat(rig.tcb().ourTimestamp()).isEqualTo(clock + 250);
    }

    /** RFC 7323, 4.3: the echo is of the segment that the acknowledgement answers, or the last in order before. */
    @Test
    void shouldEchoTheLastInOrder() {
        receive(0, "abc", 5100);
        receive(6, "ghi", 5300);
        assertThat(rig.takeSent()).extracting(answer -> answer.options().timestampEcho()).containsExactly(5100, 5100);
        receive(3, "def", 5350);
        assertThat(rig.answer().options().timestampEcho()).isEqualTo(5350);
    }

    @Test
    void shouldDropOldDuplicates() {
        receive(0, "abc", 5100);
        rig.takeSent();
        receive(3, "old", 5099);
        assertThat(rig.answer().acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 1 + 3);
        assertThat(rig.received()).isEqualTo("abc");
        assertThat(rig.drops.all()).containsOnlyKeys(DropReason.BAD_TIMESTAMP);
        receive(3, "new", 5100);
        assertThat(rig.received()).isEqualTo("abcnew");
    }

    @Test
    void shouldUnderstandTimestampsThatGoRound() {
        receive(0, "a", 0x7fff_fff0);
        receive(1, "b", 0x8000_0010);
        receive(2, "c", 0xffff_fff0);
        receive(3, "d", 0x10);
        receive(4, "old", 0xffff_fff1);
        assertThat(rig.received()).isEqualTo("abcd");
    }

    @Test
    void shouldDropSegmentsWithoutTimestampButNotResets() {
        rig.receive(Rig.data(0, "abc", ours));
        assertThat(rig.received()).isEmpty();
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.drops.all()).containsOnlyKeys(DropReason.BAD_TIMESTAMP);
        rig.receive(Rig.client().flags(Segment.RST).sequence(Rig.CLIENT_SEQUENCE + 1));
        assertThat(rig.table.size()).isZero();
    }

    /** Whoever guesses at a connection could make it drop all that its client sends. */
    @Test
    void shouldNotBelieveTimestampsOfWhatIsDropped() {
        receive(100_000, "abc", 0x7000_0000);
        receive(-500, "", 0x7000_0000);
        rig.receive(Rig.data(0, "abc", ours + 1).options(new TcpOptions(-1, -1, false, true, 0x7000_0000, 0, new int[0])));
        assertThat(rig.tcb().recentTimestamp()).isEqualTo(5001);
    }

    private void receive(int at, String data, int timestamp) {
        rig.receive(Rig.data(at, data, ours).options(new TcpOptions(-1, -1, false, true, timestamp, clock, new int[0])));
    }
}
