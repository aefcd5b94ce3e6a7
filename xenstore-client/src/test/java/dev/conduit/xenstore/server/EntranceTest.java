package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.state.ServerState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EntranceTest {

    private static final long EACH = TimeUnit.SECONDS.toNanos(1) / Entrance.RATE;

    private static long burst(Entrance entrance, long now) {
        long taken = 0;
        while (taken < 10_000 && entrance.take(now) == 0) {
            taken++;
        }
        return taken;
    }

    @Test
    void shouldTakeABurstThenOneAtATime() {
        Entrance entrance = new Entrance(5);
        long now = Long.MAX_VALUE - 3 * EACH;
        assertThat(burst(entrance, now)).isEqualTo(Entrance.BURST);
        assertThat(entrance.take(now + EACH - 1)).isEqualTo(1);
        assertThat(burst(entrance, now + EACH)).as("the clock overflows meanwhile").isEqualTo(1);
        assertThat(burst(entrance, now + 11 * EACH)).isEqualTo(10);
    }

    @Test
    void shouldNotSaveUpMoreThanABurst() {
        Entrance entrance = new Entrance(5);
        assertThat(burst(entrance, 0)).isEqualTo(Entrance.BURST);
        assertThat(burst(entrance, 1_000_000 * EACH)).isEqualTo(Entrance.BURST);
    }

    @Test
    void shouldNotBoundDomain0AndSuccessors() {
        assertThat(burst(new Entrance(0), 0)).isEqualTo(10_000);
        assertThat(burst(new Entrance(ServerState.SUCCESSOR), 0)).isEqualTo(10_000);
    }
}
