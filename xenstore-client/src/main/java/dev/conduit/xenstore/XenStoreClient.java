package dev.conduit.xenstore;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A connection to XenStore.
 *
 * <p>Thread-safe: many threads share one connection, their requests are multiplexed. A lost server ends every blocked
 * call with an exception at once.
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
         * Does the work.
         *
         * @param transaction reads and writes as one unit
         * @return the result
         * @throws E when the work fails: the transaction is aborted
         * @throws XenStoreException when the store refuses something: the transaction is aborted
         */
        T run(XenStoreOperations transaction) throws E, XenStoreException;
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
     * @return what the last run returned, committed
     * @throws E from the work
     * @throws XenStoreException from the store; EAGAIN when every try conflicted
     */
    <T, E extends Exception> T transaction(TransactionBody<T, E> body) throws E, XenStoreException;

    /**
     * Waits for a condition, watching exactly what it reads. The watches are gone when this returns.
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
     * @param onEvent gets the changed path; runs on a thread of the client, one event of a watch at a time
     * @return the watch
     * @throws XenStoreException EINVAL, ENOSPC (watch quota) and others
     */
    Watch watch(String path, Consumer<String> onEvent) throws XenStoreException;

    /**
     * Returns a domain's home, such as {@code /local/domain/3}.
     *
     * @param domain domain id
     * @return the absolute path
     * @throws XenStoreException EINVAL
     */
    String domainPath(int domain) throws XenStoreException;

    /** Closes the connection; its watches and open transactions end. Idempotent. */
    @Override
    void close();
}
