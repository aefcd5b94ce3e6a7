package dev.conduit.xenstore;

import java.time.Duration;

/**
 * How a client behaves.
 *
 * @param requestTimeout longest wait for one reply
 * @param transactionTries how often a conflicting transaction is run at most
 * @param pendingEvents distinct events one watch keeps for a slow handler; beyond, they become one
 *     {@link WatchHandler#missed}
 * @param reconnect whether the client connects again when the server is lost. Calls in progress fail at once either
 *     way, with {@link XenStoreLostException}; with this, calls begun later wait for the new connection, at most the
 *     request time-out, watches are registered again and told by {@link WatchHandler#missed}, waits go on, and
 *     transactions that were not yet at their commit are run again
 */
public record ClientOptions(Duration requestTimeout, int transactionTries, int pendingEvents, boolean reconnect) {

    private static final ClientOptions DEFAULTS = new ClientOptions(Duration.ofSeconds(10), 50, 1024);

    /**
     * Checks the ranges.
     *
     * @param requestTimeout longest wait for one reply
     * @param transactionTries how often a conflicting transaction is run at most
     * @param pendingEvents distinct events one watch keeps for a slow handler
     * @param reconnect whether the client connects again when the server is lost
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
     * Options of a client that does not connect again.
     *
     * @param requestTimeout longest wait for one reply
     * @param transactionTries how often a conflicting transaction is run at most
     * @param pendingEvents distinct events one watch keeps for a slow handler
     * @throws IllegalArgumentException when a value is not positive
     */
    public ClientOptions(Duration requestTimeout, int transactionTries, int pendingEvents) {
        this(requestTimeout, transactionTries, pendingEvents, false);
    }

    /**
     * Returns a request time-out of 10 s, 50 tries of a transaction, 1024 pending events, and no connecting again.
     *
     * @return the defaults
     */
    public static ClientOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the same, connecting again when the server is lost.
     *
     * @return options
     */
    public ClientOptions withReconnect() {
        return new ClientOptions(requestTimeout, transactionTries, pendingEvents, true);
    }
}
