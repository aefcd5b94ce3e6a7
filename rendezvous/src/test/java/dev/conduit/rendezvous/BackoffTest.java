package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void shouldDoubleUpToTheLongestPause() {
        long seed = 5;
        Backoff backoff = new Backoff(new SplittableRandom(seed));
        for (int i = 0; i < 40; i++) {
            long whole = 1_000_000L << Math.min(i, 7);
            assertThat(backoff.nextNanos()).as("seed %d try %d", seed, i).isBetween(whole / 2, whole * 3 / 2);
        }
    }
}
