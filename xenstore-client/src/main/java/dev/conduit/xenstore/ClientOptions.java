package dev.conduit.xenstore;

import java.time.Duration;

/**
 * How a client behaves.
 *
 * @param requestTimeout longest wait for one reply
 * @param transactionTries how often a conflicting transaction is run at most
 * @param pendingEvents distinct events one watch keeps for a slow handler; beyond, they become one event that names the
 *     watched path itself
 */
public record ClientOptions(Duration requestTimeout, int transactionTries, int pendingEvents) {

    private static final ClientOptions DEFAULTS = new ClientOptions(Duration.ofSeconds(10), 50, 1024);

    /**
     * Checks the ranges.
     *
     * @param requestTimeout longest wait for one reply
     * @param transactionTries how often a conflicting transaction is run at most
     * @param pendingEvents distinct events one watch keeps for a slow handler
     * @throws IllegalArgumentException when a value is not positive
     */
    public ClientOptions {
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("request time-out of " + requestTimeout + " is not positive");
        }
        if (transactionTries < 1) {
            throw new IllegalArgumentException(transactionTries + " transaction tries are fewer than 1");
        }
        if (pendingEvents < 1) {
            throw new IllegalArgumentException(pendingEvents + " pending events are fewer than 1");
        }
    }

    /**
     * Returns a request time-out of 10 s, 50 tries of a transaction and 1024 pending events.
     *
     * @return the defaults
     */
    public static ClientOptions defaults() {
        return DEFAULTS;
    }
}
