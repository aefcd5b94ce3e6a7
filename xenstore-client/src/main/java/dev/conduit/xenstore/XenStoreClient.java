package dev.conduit.xenstore;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A connection to XenStore.
 *
 * <p>Thread-safe: many threads share one connection, their requests are multiplexed. A lost server ends every blocked
 * call at once with {@link XenStoreLostException}; see {@link ClientOptions#reconnect} for what comes then.
 */
public interface XenStoreClient extends XenStoreOperations, AutoCloseable {

    /**
     * Work to do in one transaction; it may run more than once.
     *
     * @param <T> result
     * @param <E> what it may throw besides
     */
    @FunctionalInterface
    interface TransactionBody<T, E extends Exception> {

        /**
         * Does the work. What it changes is committed when it returns, unless it aborted.
         *
         * @param transaction reads and writes as one unit; ends with this call
         * @return the result
         * @throws E when the work fails: the transaction is aborted
         * @throws XenStoreException when the store refuses something: the transaction is aborted
         */
        T run(XenStoreTransaction transaction) throws E, XenStoreException;
    }

    /**
     * A condition on the store.
     *
     * @param <T> result
     */
    @FunctionalInterface
    interface Condition<T> {

        /**
         * Looks at the store.
         *
         * @param store reads; every path read is watched until the condition holds
         * @return the result, or null when it does not hold yet
         * @throws XenStoreException when the store refuses something: the wait ends with it
         */
        T test(XenStoreOperations store) throws XenStoreException;
    }

    /** A registered watch; closing it ends the events. */
    interface Watch extends AutoCloseable {

        /** Ends the watch; no event is delivered after it returns, but one may be in progress. Idempotent. */
        @Override
        void close();
    }

    /**
     * Runs work in a transaction, again (bounded, with jitter) while the server answers EAGAIN.
     *
     * @param body the work
     * @param <T> result
     * @param <E> what the work may throw besides
     * @return what the last run returned, committed or aborted by it
     * @throws E from the work
     * @throws XenStoreLostException when the server is lost; when that happens during the commit, it may have been done
     * @throws XenStoreException from the store; EAGAIN when every try conflicted
     */
    <T, E extends Exception> T transaction(TransactionBody<T, E> body) throws E, XenStoreException;

    /**
     * Runs work in a transaction once.
     *
     * @param body the work
     * @param <E> what the work may throw besides
     * @return true when it was committed; false when it conflicted, or the work aborted it
     * @throws E from the work
     * @throws XenStoreException from the store, as {@link #transaction}, but for EAGAIN at the commit
     */
    <E extends Exception> boolean tryTransaction(TransactionBody<?, E> body) throws E, XenStoreException;

    /**
     * Removes a node with everything below, then each parent that is left with no value and no children, in one
     * transaction. A parent this domain may not look at or remove stays, with those above it.
     *
     * @param path node; a missing one is no error when its parent exists
     * @param bound an ancestor of the node, itself never removed: a beginning of {@code path}, or {@code /}
     * @throws IllegalArgumentException when the bound is no ancestor
     * @throws XenStoreException as {@link #remove} and {@link #transaction}
     */
    void removePruningEmptyParents(String path, String bound) throws XenStoreException;

    /**
     * Waits for a condition, watching exactly what it reads. The watches are gone when this returns. A look at the
     * store that is in progress when time is up is finished first.
     *
     * @param condition looked at first at once, then after each change of something it read
     * @param timeout longest wait
     * @param <T> result
     * @return what the condition returned, not null
     * @throws XenStoreException when the store refuses something or is lost
     * @throws java.util.concurrent.TimeoutException when time is up
     * @throws InterruptedException when the thread is interrupted
     */
    <T> T waitFor(Condition<T> condition, Duration timeout)
            throws XenStoreException, java.util.concurrent.TimeoutException, InterruptedException;

    /**
     * Watches a node and everything below. The first event comes at once; equal events may be merged, so an event means
     * "look again", not "one change".
     *
     * @param path node, need not exist; or {@code @introduceDomain}, {@code @releaseDomain}
     * @param onEvent gets the changed path, as {@link WatchHandler}
     * @return the watch
     * @throws XenStoreException EINVAL, ENOSPC (watch quota) and others
     */
    default Watch watch(String path, Consumer<String> onEvent) throws XenStoreException {
        return watch(path, Integer.MAX_VALUE, onEvent::accept);
    }

    /**
     * Watches a node and what is below it down to some depth. Where the server knows no depth, the client drops the
     * events of what is deeper.
     *
     * @param path node, need not exist; or {@code @introduceDomain}, {@code @releaseDomain}
     * @param depth levels below the node that are watched, 0 for the node alone
     * @param handler gets the events; the first comes at once
     * @return the watch
     * @throws IllegalArgumentException when the depth is negative
     * @throws XenStoreException EINVAL, ENOSPC (watch quota) and others
     */
    Watch watch(String path, int depth, WatchHandler handler) throws XenStoreException;

    /**
     * Returns a domain's home, such as {@code /local/domain/3}.
     *
     * @param domain domain id
     * @return the absolute path
     * @throws XenStoreException EINVAL
     */
    String domainPath(int domain) throws XenStoreException;

    /**
     * Returns what administers the server: domains, features, quotas, commands.
     *
     * @return uses this connection
     */
    XenStoreAdministration administration();

    /** Closes the connection; its watches and open transactions end. Idempotent. */
    @Override
    void close();
}
