package dev.conduit.xenstore.server.store;

/**
 * Counts how often in a row the commits of one connection failed, and tells how long those who made one fail have to
 * rest. A transaction is tried again at once, a change that disturbs it needs no try: without a rest, a domain that
 * writes all the time could keep another from ever committing. The rest doubles, so that sooner or later it is longer
 * than the transaction takes.
 */
final class Starvation {

    /** Failures that are taken for chance. */
    private static final int BY_CHANCE = 5;
    private static final long FIRST_REST = 10_000_000;
    /** What a transaction of the privileged domain may be worth to everyone else. */
    private static final long LONGEST_REST = 5_000_000_000L;
    /** Guests must not be able to slow down each other much by reading what the other writes. */
    private static final long LONGEST_REST_FOR_GUESTS = 20_000_000;

    private int failures;
    private long lastFailure = Long.MIN_VALUE;

    /**
     * A commit failed.
     *
     * @param privileged whether the privileged domain's
     * @param began number of the last change to the store when the transaction began
     * @param now number of the last change to the store
     * @return nanoseconds the domains that made it fail must rest, 0 for not at all
     */
    long failed(boolean privileged, long began, long now) {
        // Transactions side by side fail together by one change, which counts once.
        if (began >= lastFailure) {
            failures++;
            lastFailure = now;
        }
        if (failures <= BY_CHANCE) {
            return 0;
        }
        long rest = FIRST_REST << Math.min(failures - BY_CHANCE - 1, 20);
        return Math.min(rest, privileged ? LONGEST_REST : LONGEST_REST_FOR_GUESTS);
    }

    void committed() {
        failures = 0;
    }
}
