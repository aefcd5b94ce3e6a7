package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.Operation;
import java.util.List;

/**
 * What the store keeps for a connection that moves to another process.
 *
 * @param domain whose rights it has
 * @param lastTransaction the number given out last
 * @param watches in order of registration
 * @param transactions open ones
 */
public record SessionState(int domain, int lastTransaction, List<WatchState> watches,
        List<TransactionState> transactions) {

    /**
     * A watch.
     *
     * @param path absolute or special
     * @param token names it in events
     * @param depth levels below the path it sees, or -1 for all
     * @param relative whether its events spell paths relative to the domain's home
     */
    public record WatchState(String path, String token, int depth, boolean relative) {
    }

    /**
     * An open transaction, as the requests to do again.
     *
     * @param id its number, not 0
     * @param fate what will come of it
     * @param steps in order; those that read as well
     */
    public record TransactionState(int id, Fate fate, List<Step> steps) {
    }

    /** How a transaction stands. */
    public enum Fate {
        /** Its requests are answered as before, so it goes on as if it began now. */
        OPEN,
        /** Something it was told is no longer true: it goes on, and conflicts at its end. */
        CONFLICTED,
        /** It failed a quota and can only be ended. */
        FAILED
    }

    /**
     * One request of a transaction.
     *
     * @param operation on a node
     * @param payload as on the wire, with an absolute path
     */
    public record Step(Operation operation, byte[] payload) {
    }
}
