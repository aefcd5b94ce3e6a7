package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SynAckTimerTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void shouldRepeatLaterAndLaterAndGiveUp() {
        long start = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);
        SynAckTimer timer = new SynAckTimer(start);
        List<Long> seconds = new ArrayList<>();
        long now = start;
        while (!timer.over(now)) {
            if (timer.due(now)) {
                seconds.add(TimeUnit.NANOSECONDS.toSeconds(now - start));
            }
            now += timer.pause(now);
        }

        assertThat(seconds).containsExactly(1L, 3L, 7L, 15L, 31L);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(now - start)).isEqualTo(63);
    }

    @Test
    void shouldLookOftenAtFirst() {
        SynAckTimer timer = new SynAckTimer(0);

        assertThat(timer.pause(0)).isEqualTo(MILLI);
        assertThat(timer.pause(80 * MILLI)).isEqualTo(10 * MILLI);
        assertThat(timer.pause(30_000 * MILLI)).isEqualTo(100 * MILLI);
    }
}
