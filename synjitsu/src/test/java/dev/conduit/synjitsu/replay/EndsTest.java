package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.Segment;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What of a connection's end is told to the next front, and what that makes of it. */
final class EndsTest {

    private static final int PORT = 5000;
    private static final int CLIENT_FIN = 5;
    private static final int GUEST_FIN = 501;
    private static final Ends BOTH = Ends.NONE.withClient(CLIENT_FIN + 1).withGuest(GUEST_FIN + 1);

    private final ReplayRig rig = new ReplayRig("10.9.0.10");

    private ReplayedConnection restore(Ends ends) {
        return rig.restore(ReplaySimulation.CLIENT, rig.client, PORT, ends);
    }

    private void fromClient(int flags, int sequence, int guestSequence) {
        rig.receive(ReplaySimulation.frame(Segment.from(rig.client, PORT, rig.service, 80).flags(Segment.ACK | flags)
                .sequence(sequence).acknowledgement(guestSequence + 500).window(512).build(), ReplaySimulation.CLIENT));
    }

    private void fromGuest(int flags, int sequence, int clientSequence) {
        rig.receive(ReplaySimulation.frame(Segment.from(rig.service, 80, rig.client, PORT).flags(Segment.ACK | flags)
                .sequence(sequence).acknowledgement(clientSequence).window(512).build(), ReplaySimulation.GUEST));
    }

    private void pass(long millis) {
        rig.now += TimeUnit.MILLISECONDS.toNanos(millis);
        rig.replays.advance(rig.now);
    }

    @Test
    void shouldHaveEachFinWrittenOnceItIsAcknowledged() {
        ReplayedConnection connection = restore(Ends.NONE);
        fromClient(Segment.FIN, CLIENT_FIN, GUEST_FIN);
        pass(100);
        assertThat(rig.replays.takeChanged()).as("it may have to be sent again").isEmpty();
        fromGuest(0, GUEST_FIN, CLIENT_FIN + 1);
        pass(100);
        assertThat(rig.replays.takeChanged()).containsExactly(connection);
        assertThat(connection.ends()).isEqualTo(new Ends(OptionalInt.of(CLIENT_FIN + 1), OptionalInt.empty()));
        fromClient(Segment.FIN, CLIENT_FIN, GUEST_FIN);
        pass(100);
        assertThat(rig.replays.takeChanged()).as("the same again").isEmpty();
        fromGuest(Segment.FIN, GUEST_FIN, CLIENT_FIN + 1);
        fromClient(0, CLIENT_FIN + 1, GUEST_FIN + 1);
        pass(100);
        assertThat(rig.replays.takeChanged()).containsExactly(connection);
        assertThat(connection.ends()).isEqualTo(BOTH);
    }

    @Test
    void shouldForgetConnectionThatHadEndedForAnEarlierFront() {
        ReplayedConnection connection = restore(BOTH);
        pass(4900);
        assertThat(connection.isOpen()).as("one may still send its FIN again").isTrue();
        pass(200);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void shouldWaitForTheOtherFinOfAnEarlierFrontsConnection() {
        ReplayedConnection connection = restore(Ends.NONE.withClient(CLIENT_FIN + 1));
        pass(6000);
        fromGuest(Segment.FIN, GUEST_FIN, CLIENT_FIN + 1);
        pass(6000);
        assertThat(connection.isOpen()).as("the client has not acknowledged it").isTrue();
        fromClient(0, CLIENT_FIN + 1, GUEST_FIN + 1);
        pass(5100);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void shouldHaveResetWrittenAsBothEnds() {
        ReplayedConnection connection = restore(Ends.NONE);
        fromClient(Segment.RST, CLIENT_FIN, GUEST_FIN);
        pass(100);
        assertThat(rig.replays.takeChanged()).containsExactly(connection);
        assertThat(connection.ends().both()).isTrue();
    }
}
