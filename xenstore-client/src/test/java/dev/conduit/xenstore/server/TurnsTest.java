package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private long now;
    private final Turns turns = new Turns(() -> now);
    private final List<String> done = new ArrayList<>();

    private boolean take(int domain, String work, long nanos) {
        return turns.take(domain, () -> {
            done.add(work);
            now += nanos;
        });
    }

    @Test
    void shouldGiveAllConnectionsOfAGuestOneTurnARound() {
        assertThat(take(5, "a", WireConnection.TURN_NANOS - 1)).isTrue();
        assertThat(take(5, "b", 1)).isTrue();
        assertThat(take(5, "c", 1)).isFalse();
        assertThat(take(6, "d", 1)).as("another guest").isTrue();
        assertThat(take(5, "e", 1)).isFalse();
        turns.nextRound();
        assertThat(take(5, "f", 1)).isTrue();
        assertThat(done).containsExactly("a", "b", "d", "f");
    }

    @Test
    void shouldGiveEachConnectionOfDomain0ATurn() {
        assertThat(take(0, "a", WireConnection.TURN_NANOS)).isTrue();
        assertThat(take(0, "b", WireConnection.TURN_NANOS)).isTrue();
        assertThat(done).containsExactly("a", "b");
    }
}
