package dev.conduit.vchan;

import java.io.IOException;

/**
 * Looks again for a short while before a call sleeps, without asking the peer for an event. The time adapts: it doubles
 * when spinning helped and halves when it did not, down to a thirty-second of the bound. One thread at a time.
 */
final class Spin {

    private static final int LOOKS_BETWEEN_CLOCK_READS = 32;

    private final long longest;
    private final long shortest;
    private long budget;

    /**
     * Makes a spinner.
     *
     * @param longest nanoseconds; 0 never spins
     */
    Spin(long longest) {
        this.longest = longest;
        this.shortest = longest / 32;
        this.budget = longest;
    }

    /** Whether so many bytes came while this spun, no longer than the time-out in nanoseconds. */
    boolean until(RingHalf half, int atLeast, long timeout) throws IOException {
        if (budget == 0) {
            return false;
        }
        long end = System.nanoTime() + Math.min(budget, timeout);
        do {
            for (int i = 0; i < LOOKS_BETWEEN_CLOCK_READS; i++) {
                Thread.onSpinWait();
                if (half.poll() >= atLeast) {
                    budget = Math.min(longest, 2 * budget);
                    return true;
                }
            }
        } while (System.nanoTime() - end < 0);
        budget = Math.max(shortest, budget / 2);
        return false;
    }
}
