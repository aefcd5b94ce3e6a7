package dev.conduit.xenstore.server;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each guest had of a round of the socket loop: all its connections together have one turn, so that many of them
 * do not keep others waiting. Domain 0's connections belong to different programs and have a turn each.
 */
final class Turns {

    private static final int DOMAIN_0 = 0;

    private final LongSupplier clock;
    /** Nanoseconds by domain. */
    private final Map<Integer, Long> used = new HashMap<>();

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    Turns(LongSupplier clock) {
        this.clock = clock;
    }

    void nextRound() {
        used.clear();
    }

    /** Works for a domain, unless it had its turn in this round; then false. */
    boolean take(int domain, Runnable work) {
        if (used.getOrDefault(domain, 0L) >= WireConnection.TURN_NANOS) {
            return false;
        }
        long begin = clock.getAsLong();
        work.run();
        if (domain != DOMAIN_0) {
            used.merge(domain, clock.getAsLong() - begin, Long::sum);
        }
        return true;
    }
}
