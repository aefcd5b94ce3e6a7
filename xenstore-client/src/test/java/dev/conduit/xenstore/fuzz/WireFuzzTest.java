package dev.conduit.xenstore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Conversations of several domains, a third of the requests spoiled: every request has its one reply, a connection ends
 * only by rule, and nothing is left at the end. {@code -Dconduit.fuzz=REQUESTS} has it do more, and
 * {@code -Dconduit.fuzz.seed=FIRST} something else.
 */
class WireFuzzTest {

    private static final int STEPS_A_SEED = 2500;

    @Test
    void shouldAnswerEveryRequestOnceAndKeepNothing() {
        long wanted = Long.getLong("conduit.fuzz", 50_000);
        long seed = Long.getLong("conduit.fuzz.seed", 1);
        long done = 0;
        long first = seed;
        while (done < wanted) {
            try {
                done += new WireFuzz(seed).run(STEPS_A_SEED);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            seed++;
        }
        System.out.printf("%d requests, seeds %d to %d%n", done, first, seed - 1);
        assertThat(done).isGreaterThanOrEqualTo(wanted);
    }
}
