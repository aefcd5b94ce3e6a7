package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandOverTest {

    private final Rig rig = new Rig();

    @ParameterizedTest
    @EnumSource(TcpState.class)
    void shouldGoOnFromASnapshot(TcpState state) {
        rig.receive(Rig.syn().options(Rig.ALL_OPTIONS));
        Segment synAck = rig.answer();
        int ours = synAck.sequence() + 1;
        int clock = synAck.options().timestamp();
        if (state != TcpState.SYN_RECEIVED) {
            rig.receive(with(Rig.data(0, "before ", ours), 5001, clock));
        }
        if (state == TcpState.ESTABLISHED) {
            rig.receive(with(Rig.data(20, "behind a gap", ours), 5001, clock));
        }
        if (state == TcpState.CLOSE_WAIT) {
            rig.receive(with(Rig.data(7, "", ours).flags(Segment.FIN | Segment.ACK), 5001, clock));
        }
        rig.now += 70_000_000;
        Tcb tcb = rig.tcb();
        assertThat(tcb.state()).isEqualTo(state);

        Rig other = new Rig();
        other.now = 55_555_000_000_000L;
        Connection connection = other.table.restore(tcb, rig.connection().via(), other.now);
        assertThat(other.table.snapshot(connection, other.now)).usingRecursiveComparison().isEqualTo(tcb);
        assertThat(other.table.takeChanged()).containsExactly(connection);
        assertThat(other.table.size()).isEqualTo(1);
        assertThat(other.table.bufferedBytes()).isEqualTo(tcb.data().length);

        other.now += 30_000_000;
        other.receive(with(Rig.data(tcb.data().length, "after", ours), 5005, clock));
        Segment answer = other.answer();
        assertThat(answer.options().timestamp()).isEqualTo(clock + 100);
        assertThat(answer.sequence()).isEqualTo(ours);
        assertThat(other.received()).isEqualTo(switch (state) {
            case SYN_RECEIVED -> "after";
            case ESTABLISHED -> "before after";
            case CLOSE_WAIT -> "before ";
        });
    }

    @Test
    void shouldSendSynAckOfARestoredConnectionAgain() {
        rig.receive(Rig.syn().options(Rig.ALL_OPTIONS));
        String first = rig.answer().toString();
        Rig other = new Rig();
        other.table.restore(rig.tcb(), 7, other.now);
        other.advanceMillis(1000);
        Segment again = other.answer();
        assertThat(again).hasToString(first);
        assertThat(again.options().windowScale()).isEqualTo(7);
        assertThat(again.options().sackPermitted()).isTrue();
        assertThat(again.via()).isEqualTo(7);
    }

    @Test
    void shouldKeepTheWindowThatWasOfferedWhenItsSizeChanges() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "0123456789", ours));
        Rig other = new Rig(new TableOptions().window(2048, 7));
        other.table.restore(rig.tcb(), 0, other.now);
        assertThat(other.tcb().receiveWindow()).isEqualTo(32_758);
    }

    @Test
    void shouldKeepTheWindowOverManyRestarts() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "0123456789", ours).flags(Segment.FIN | Segment.ACK));
        Tcb tcb = rig.tcb();
        for (int i = 0; i < 5; i++) {
            Rig other = new Rig();
            other.table.restore(tcb, 0, other.now);
            tcb = other.tcb();
        }
        assertThat(tcb.receiveWindow()).isEqualTo(rig.tcb().receiveWindow()).isEqualTo(32_757);
    }

    /** The front before wrote down that it had the data, and died before its acknowledgement left. */
    @Test
    void shouldAcknowledgeOldDataWhereItComesFrom() {
        int ours = rig.establish();
        rig.receive(Rig.data(0, "hello", ours));
        Rig other = new Rig();
        other.table.restore(rig.tcb(), Segment.NO_VIA, other.now);
        other.receive(Rig.data(0, "hello", ours));
        Segment answer = other.answer();
        assertThat(answer.acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 6);
        assertThat(answer.via()).isEqualTo(0x0200_0000_0001L);
    }

    @Test
    void shouldRefuseToRestoreTwiceAndElsewhere() {
        rig.halfOpen();
        assertThatThrownBy(() -> rig.table.restore(rig.tcb(), 0, rig.now))
                .hasMessage("connection 10.9.0.10:80 < 10.9.0.1:4000 SYN_RECEIVED is there already");
        Tcb tcb = rig.tcb();
        rig.table.disarm(Rig.SERVICE);
        assertThat(rig.table.size()).isZero();
        assertThatThrownBy(() -> rig.table.restore(tcb, 0, rig.now)).hasMessage("address 10.9.0.10 is not armed");
    }

    @Test
    void shouldDoNothingWhileFrozen() {
        int ours = rig.establish();
        rig.receive(Segment.from(Rig.CLIENT, 4001, Rig.SERVICE, 80).flags(Segment.SYN));
        rig.takeSent();
        rig.table.takeChanged();
        rig.table.freeze(Rig.SERVICE);
        assertThat(rig.table.nextTimer()).isEmpty();
        rig.advanceMillis(3_600_000);
        for (int flags : new int[] {Segment.ACK, Segment.RST, Segment.SYN, Segment.FIN | Segment.ACK}) {
            assertThat(rig.table.receive(Rig.data(0, "data", ours).flags(flags).build(), rig.now))
                    .isEqualTo(Disposition.FROZEN);
        }
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.table.takeChanged()).isEmpty();

        rig.table.thaw(Rig.SERVICE, rig.now);
        rig.receive(Rig.data(0, "data", ours));
        assertThat(rig.answer().acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 5);
        rig.advanceMillis(1000);
        assertThat(rig.answer().flags()).isEqualTo(Segment.SYN | Segment.ACK);
    }

    @Test
    void shouldForgetConnectionsWithoutAWord() {
        rig.establish();
        Connection connection = rig.connection();
        rig.table.takeChanged();
        rig.table.freeze(Rig.SERVICE);
        rig.table.disarm(Rig.SERVICE);
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.table.takeChanged()).containsExactly(connection);
        assertThat(connection.isOpen()).isFalse();
        assertThat(rig.table.receive(Rig.syn().build(), rig.now)).isEqualTo(Disposition.OTHER_ADDRESS);
        rig.table.arm(Rig.SERVICE, Set.of(80));
        rig.halfOpen();
        assertThat(rig.table.size()).as("works again").isEqualTo(1);
    }

    @Test
    void shouldTellClientsOfAServiceThatWillNotCome() {
        int ours = rig.establish();
        Connection connection = rig.connection();
        rig.table.reset(connection);
        Segment answer = rig.answer();
        assertThat(answer.flags()).isEqualTo(Segment.RST | Segment.ACK);
        assertThat(answer.sequence()).isEqualTo(ours);
        rig.table.reset(connection);
        rig.table.remove(connection);
        assertThat(rig.takeSent()).as("twice is nothing more").isEmpty();
        assertThat(rig.table.size()).isZero();
    }

    @Test
    void shouldNameWhatIsOutOfBounds() {
        TableOptions options = new TableOptions();
        assertThatThrownBy(() -> options.connections(0, 1)).hasMessage("connections 0: 1 to 1048576 are expected");
        assertThatThrownBy(() -> options.halfOpen(0, -1))
                .hasMessage("half-open connections per source -1: 0 to 1048576 are expected");
        assertThatThrownBy(() -> options.window(65_536, 7)).hasMessage("window 65536: 2048 to 65535 are expected");
        assertThatThrownBy(() -> options.window(2048, 15)).hasMessage("window scale 15: 0 to 14 are expected");
        assertThatThrownBy(() -> options.mtu(1279)).hasMessage("MTU 1279: 1280 to 65535 are expected");
        assertThatThrownBy(() -> options.synAckRetries(9)).hasMessage("SYN-ACK retries 9: 0 to 8 are expected");
        assertThatThrownBy(() -> options.bufferedBytes(-1)).hasMessage("buffered bytes -1: 0 or more are expected");
        assertThatThrownBy(() -> options.idle(Duration.ZERO)).hasMessage("idle time PT0S: 1 s to 24 h are expected");
        assertThatThrownBy(() -> new ConnectionTable(options, new byte[15], rig.sent::add, rig, rig.drops, 0))
                .hasMessage("secret key of 15 bytes: at least 16 are needed");
        assertThatThrownBy(() -> rig.table.arm(Rig.SERVICE, Set.of(65_536)))
                .hasMessage("port 65536 of 10.9.0.10: 1 to 65535 are expected");
    }

    private static Segment.Builder with(Segment.Builder segment, int timestamp, int echo) {
        return segment.options(new TcpOptions(-1, -1, false, true, timestamp, echo, new int[0]));
    }
}
