package dev.conduit.rendezvous;

import java.util.random.RandomGenerator;

/** How long to wait before the next try: doubling from 1 ms to 128 ms, times 0.5 to 1.5. */
final class Backoff {

    private static final long FIRST_NANOS = 1_000_000;
    private static final int MOST_DOUBLINGS = 7;

    private final RandomGenerator random;
    private int tries;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextNanos() {
        long whole = FIRST_NANOS << Math.min(tries, MOST_DOUBLINGS);
        tries++;
        return whole / 2 + random.nextLong(whole + 1);
    }
}
