package dev.conduit.rendezvous.resolver;

import java.time.Duration;

/** The one deadline of a call, by {@link System#nanoTime()}. */
record TimeLimit(long nanoTime, Duration whole) {

    /** Near enough that nanoTime arithmetic does not wrap. */
    private static final Duration LONGEST = Duration.ofDays(365);

    static TimeLimit after(Duration timeout) {
        Duration bounded = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
        return new TimeLimit(System.nanoTime() + Math.max(0, bounded.toNanos()), timeout);
    }

    long nanosLeft() {
        return nanoTime - System.nanoTime();
    }

    boolean passed() {
        return nanosLeft() <= 0;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanosLeft()));
    }

    /** What one of several alternatives may use: the last all that is left, others half of it. */
    TimeLimit share(boolean last) {
        return after(last ? left() : left().dividedBy(2));
    }
}
