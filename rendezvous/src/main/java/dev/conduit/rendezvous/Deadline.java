package dev.conduit.rendezvous;

import java.time.Duration;

/** A point in time by {@link System#nanoTime()}. */
record Deadline(long nanoTime, Duration whole) {

    /** Far enough for anybody, near enough that nanoTime arithmetic does not wrap. */
    private static final Duration LONGEST = Duration.ofDays(365);

    static Deadline after(Duration timeout) {
        Duration bounded = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
        return new Deadline(System.nanoTime() + Math.max(0, bounded.toNanos()), timeout);
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

    /** As {@link #left}, but no more than a slice. */
    Duration left(Duration atMost) {
        Duration left = left();
        return left.compareTo(atMost) < 0 ? left : atMost;
    }
}
