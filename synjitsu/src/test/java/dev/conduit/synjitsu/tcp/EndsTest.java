package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Segment;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FIN, RST and SYN in every state: RFC 9293, 3.10.7.4 and RFC 5961. */
class EndsTest {

    private final Rig rig = new Rig();

    /**
     * {@code at}: distance from the next byte expected; {@code acknowledged}: from our next one. After it: the state, or
     * NONE when the connection is gone; the flags of the answer; and how far our acknowledgement went on.
     */
    @ParameterizedTest(name = "{0}: {1} at {2} acknowledging {3} with \"{4}\"")
    @CsvSource({
        // A FIN in order, also together with data and with the handshake's end.
        "SYN_RECEIVED, FA,     0,  0, '',    CLOSE_WAIT,   .A, 1",
        "SYN_RECEIVED, FA,     0,  0, data,  CLOSE_WAIT,   .A, 5",
        "SYN_RECEIVED, FA,     0, -1, data,  SYN_RECEIVED, R,  0",
        "SYN_RECEIVED, FA,     9,  0, '',    ESTABLISHED,  .A, 0",
        "SYN_RECEIVED, F,      0,  0, '',    SYN_RECEIVED, '', 0",
        "ESTABLISHED,  FA,     0,  0, '',    CLOSE_WAIT,   .A, 1",
        "ESTABLISHED,  FPA,    0,  0, data,  CLOSE_WAIT,   .A, 5",
        "ESTABLISHED,  F,      0,  0, '',    ESTABLISHED,  '', 0",
        "CLOSE_WAIT,   FA,    -1,  0, '',    CLOSE_WAIT,   .A, 0", // sent again
        "CLOSE_WAIT,   FA,     0,  0, '',    CLOSE_WAIT,   .A, 0",
        "CLOSE_WAIT,   .A,     0,  0, data,  CLOSE_WAIT,   .A, 0", // nothing comes behind a FIN
        // A FIN behind a gap, and beyond the window.
        "ESTABLISHED,  FA,     4,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  FA, 99999,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  FA,    -9,  0, '',    ESTABLISHED,  .A, 0",
        // Acknowledgements of what was never sent, and very old ones.
        "ESTABLISHED,  FA,     0,  1, data,  ESTABLISHED,  .A, 0",
        "ESTABLISHED,  FA,     0, -999, data, CLOSE_WAIT,  .A, 5",
        "ESTABLISHED,  FA,     0, -1001, data, ESTABLISHED, .A, 0",
        "CLOSE_WAIT,   .A,     0,  1, '',    CLOSE_WAIT,   .A, 0",
        // A RST with exactly the next number ends it; one in the window is asked about; others are nothing.
        "SYN_RECEIVED, R,      0,  0, '',    NONE,         '', 0",
        "SYN_RECEIVED, RA,     0,  0, '',    NONE,         '', 0",
        "SYN_RECEIVED, R,      1,  0, '',    SYN_RECEIVED, .A, 0",
        "SYN_RECEIVED, R,     -1,  0, '',    SYN_RECEIVED, '', 0",
        "SYN_RECEIVED, R,  32769,  0, '',    SYN_RECEIVED, '', 0",
        "ESTABLISHED,  R,      0,  0, '',    NONE,         '', 0",
        "ESTABLISHED,  RA,     0,  5, '',    NONE,         '', 0",
        "ESTABLISHED,  R,      1,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  R,  32768,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  R,     -1,  0, '',    ESTABLISHED,  '', 0",
        "ESTABLISHED,  R,  32769,  0, '',    ESTABLISHED,  '', 0",
        "CLOSE_WAIT,   R,      0,  0, '',    NONE,         '', 0",
        "CLOSE_WAIT,   RA,     0,  0, '',    NONE,         '', 0",
        "CLOSE_WAIT,   R,      1,  0, '',    CLOSE_WAIT,   .A, 0",
        "CLOSE_WAIT,   R,     -1,  0, '',    CLOSE_WAIT,   '', 0",
        "ESTABLISHED,  SR,     0,  0, '',    NONE,         '', 0",
        // A SYN anywhere is asked about: whoever really sent it resets what it does not know.
        "SYN_RECEIVED, S,     -1,  0, '',    SYN_RECEIVED, SA, 0",
        "SYN_RECEIVED, S,      0,  0, '',    SYN_RECEIVED, .A, 0",
        "SYN_RECEIVED, S,  99999,  0, '',    SYN_RECEIVED, .A, 0",
        "SYN_RECEIVED, SA,    -1,  0, '',    SYN_RECEIVED, .A, 0",
        "ESTABLISHED,  S,     -1,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  S,      0,  0, '',    ESTABLISHED,  .A, 0",
        "ESTABLISHED,  SA, 99999,  0, '',    ESTABLISHED,  .A, 0",
        "CLOSE_WAIT,   S,  99999,  0, '',    CLOSE_WAIT,   .A, 0",
        // No flag at all.
        "ESTABLISHED,  '',     0,  0, data,  ESTABLISHED,  '', 0",
    })
    void shouldTreat(TcpState before, String flags, int at, int acknowledged, String data,
            String after, String answer, int taken) {
        int ours = before == TcpState.SYN_RECEIVED ? rig.halfOpen() + 1 : rig.establish();
        if (before == TcpState.CLOSE_WAIT) {
            rig.receive(Rig.data(0, "", ours).flags(Segment.FIN | Segment.ACK));
            rig.takeSent();
        }
        int next = rig.tcb().receiveNext();
        rig.receive(Rig.client().flags(HandshakeTest.flags(flags)).sequence(next + at).acknowledgement(ours + acknowledged)
                .payload(Rig.bytes(data)));

        assertThat(rig.table.connections(Rig.SERVICE).stream().map(Connection::state).map(TcpState::name)
                .collect(Collectors.joining())).isEqualTo(after.equals("NONE") ? "" : after);
        assertThat(rig.sent.stream().map(Segment::flags).map(String::valueOf).collect(Collectors.joining()))
                .isEqualTo(answer.isEmpty() ? "" : "" + HandshakeTest.flags(answer));
        if (!after.equals("NONE")) {
            assertThat(rig.tcb().receiveNext()).isEqualTo(next + taken);
            assertThat(rig.received()).isEqualTo(taken > 1 ? data : "");
        } else {
            assertThat(rig.events).endsWith("closed RESET_BY_CLIENT");
            assertThat(rig.table.nextTimer()).isEmpty();
        }
        if (answer.equals(".A")) {
            assertThat(rig.answer().acknowledgement()).isEqualTo(next + taken);
        }
    }

    @Test
    void shouldFinishWhenTheGapBeforeTheFinIsClosed() {
        int ours = rig.establish();
        rig.receive(Rig.data(4, "efgh", ours).flags(Segment.FIN | Segment.ACK));
        rig.receive(Rig.data(6, "ghXX", ours));
        assertThat(rig.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        rig.receive(Rig.data(0, "abcd", ours));
        assertThat(rig.connection().state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(rig.received()).as("nothing comes behind a FIN").isEqualTo("abcdefgh");
        assertThat(rig.tcb().receiveNext()).isEqualTo(Rig.CLIENT_SEQUENCE + 1 + 9);
        assertThat(rig.events).endsWith("data 8", "finished");
    }

    @Test
    void shouldPassOverAFinBeforeDataThatWasSeen() {
        int ours = rig.establish();
        rig.receive(Rig.data(4, "efgh", ours));
        rig.receive(Rig.data(4, "ef", ours).flags(Segment.FIN | Segment.ACK));
        rig.receive(Rig.data(0, "abcd", ours));
        assertThat(rig.received()).isEqualTo("abcdefgh");
        assertThat(rig.connection().state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void shouldGiveANewConnectionToAClientThatForgotItsOld() {
        rig.establish();
        rig.receive(Rig.syn().sequence(77_777_777));
        Segment challenge = rig.answer();
        rig.receive(Rig.client().flags(Segment.RST).sequence(challenge.acknowledgement()));
        rig.receive(Rig.syn().sequence(77_777_777));
        assertThat(rig.answer().flags()).isEqualTo(Segment.SYN | Segment.ACK);
        assertThat(rig.tcb().receiveNext()).isEqualTo(77_777_778);
    }

    @Test
    void shouldChallengeOnlyTwiceASecond() {
        rig.establish();
        for (int i = 0; i < 100; i++) {
            rig.receive(Rig.syn().sequence(i));
            rig.now += 10_000_000;
        }
        assertThat(rig.takeSent()).hasSize(2);
        assertThat(rig.drops.of(DropReason.RATE_LIMITED)).isEqualTo(98);
    }

    @Test
    void shouldAnswerKeepAliveProbes() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "abc", ours));
        rig.takeSent();
        for (String garbage : new String[] {"", "x"}) {
            rig.now += 1_000_000_000L;
            rig.receive(Rig.data(2, garbage, ours));
            Segment answer = rig.answer();
            assertThat(answer.sequence()).isEqualTo(ours);
            assertThat(answer.acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 1 + 3);
        }
        assertThat(rig.received()).isEqualTo("abc");
    }
}
