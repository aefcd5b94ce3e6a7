package dev.conduit.vchan;

import java.io.IOException;

/**
 * Looks again for a short while before a call sleeps, without asking the peer for an event.
 *
 * <p>The time adapts between a thirty-second of the bound and the bound. It doubles when spinning helped and halves
 * when it did not. It grows as well when the sleep that followed was short: waking up takes about as long as the bound,
 * so two sides that both sleep would otherwise never find out that both could be awake.
 *
 * <p>From an eighth of the bound on the processor is offered to others between the looks: the peer may wait for just
 * this one. When that helped it is offered earlier the next time, as long as nothing comes without. One thread at a
 * time.
 */
final class Spin {

    private static final int LOOKS_BETWEEN_CLOCK_READS = 32;

    /** What is looked at. */
    interface Target {

        /** How much is there. */
        int poll() throws IOException;
    }

    private final long longest;
    private final long shortest;
    private final long longestAlone;
    /** From when on the processor is offered to others. */
    private long alone;
    private long budget;

    /**
     * Makes a spinner.
     *
     * @param longest nanoseconds; 0 never spins
     */
    Spin(long longest) {
        this.longest = longest;
        this.shortest = longest / 32;
        this.longestAlone = longest / 8;
        this.alone = longestAlone;
        this.budget = longest;
    }

    /** Whether so much came while this spun, no longer than the time-out in nanoseconds. */
    boolean until(Target target, int atLeast, long timeout) throws IOException {
        if (budget == 0) {
            return false;
        }
        long start = System.nanoTime();
        long most = Math.min(budget, timeout);
        long spun = 0;
        boolean yielded = false;
        do {
            if (spun > alone) {
                Thread.yield();
                yielded = true;
            }
            for (int i = 0; i < LOOKS_BETWEEN_CLOCK_READS; i++) {
                Thread.onSpinWait();
                if (target.poll() >= atLeast) {
                    budget = Math.min(longest, 2 * budget);
                    adaptAlone(yielded ? System.nanoTime() - start : 0);
                    return true;
                }
            }
            spun = System.nanoTime() - start;
        } while (spun < most);
        budget = Math.max(shortest, budget / 2);
        return false;
    }

    /** After bytes came; without a yield they took no time that matters. */
    private void adaptAlone(long nanosWithYield) {
        if (nanosWithYield == 0) {
            alone = Math.min(longestAlone, 2 * alone + shortest);
        } else {
            alone = nanosWithYield < longest ? alone / 2 : longestAlone;
        }
    }

    /** Takes note of a sleep that followed and ended with what was waited for. */
    void slept(long nanos) {
        if (nanos < 2 * longest) {
            budget = Math.min(longest, 4 * budget);
        }
    }

    /** Nanoseconds before the processor is offered to others. */
    long alone() {
        return alone;
    }

    long budget() {
        return budget;
    }
}
