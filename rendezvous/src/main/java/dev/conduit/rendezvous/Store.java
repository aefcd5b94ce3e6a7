package dev.conduit.rendezvous;

import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of one conduit: one at a time, because a domain may have few open (9 on a default C xenstored) and its
 * own would only conflict with each other; tried again, within a deadline, when the server is busy or a quota is used
 * up.
 */
final class Store {

    /** EAGAIN: every try of the client's own loop conflicted. The others: quotas, which others' closing frees. */
    private static final Set<String> TRANSIENT = Set.of("EAGAIN", "EBUSY", "ENOSPC", "ENOMEM", "EQUOTA");

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final Duration CLEAN_UP = Duration.ofSeconds(5);

    private final XenStoreClient client;
    private final ReentrantLock turn = new ReentrantLock(true);

    Store(XenStoreClient client) {
        this.client = client;
    }

    XenStoreClient client() {
        return client;
    }

    static boolean isTransient(XenStoreException refusal) {
        return refusal.error() != null && TRANSIENT.contains(refusal.error());
    }

    /**
     * Runs one transition as one transaction.
     *
     * @param what for messages, such as {@code "connect to 'web'"}
     */
    <T, E extends Exception> T transact(String what, Deadline deadline, XenStoreClient.TransactionBody<T, E> body)
            throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException {
        return transact(what, deadline, deadline.whole(), body);
    }

    /**
     * As {@link #transact(String, Deadline, XenStoreClient.TransactionBody)}, but given up earlier when XenStore keeps
     * refusing: waiting for a turn is one thing, a quota that is used up another.
     *
     * @param patience how long it is tried again from the first refusal on
     */
    <T, E extends Exception> T transact(
            String what, Deadline deadline, Duration patience, XenStoreClient.TransactionBody<T, E> body)
            throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException {
        return patiently(what, deadline, patience, () -> inTurn(what, deadline, body));
    }

    /** Something that XenStore may refuse for a while. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run() throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException;
    }

    /** Does one thing, again until the deadline while XenStore is busy or a quota is used up. */
    <T, E extends Exception> T patiently(String what, Deadline deadline, Work<T, E> work)
            throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException {
        return patiently(what, deadline, deadline.whole(), work);
    }

    private static <T, E extends Exception> T patiently(
            String what, Deadline deadline, Duration patience, Work<T, E> work)
            throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException {
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        Deadline refusals = null;
        while (true) {
            try {
                return work.run();
            } catch (XenStoreException refused) {
                long pause = backoff.nextNanos();
                if (!isTransient(refused)) {
                    throw refused;
                }
                if (refusals == null) {
                    refusals = Deadline.after(patience);
                }
                Deadline first = deadline.nanosLeft() <= refusals.nanosLeft() ? deadline : refusals;
                if (pause >= first.nanosLeft()) {
                    throw new ConduitTimeoutException(what + " timed out after " + first.whole().toMillis()
                            + " ms: XenStore kept answering " + refused.error(), refused);
                }
                pause(what, pause);
            }
        }
    }

    /** The inside of a transaction without a result. */
    @FunctionalInterface
    interface Step {
        void run(XenStoreOperations transaction) throws XenStoreException;
    }

    /**
     * Runs a transition that must be done whatever else happens: also on an interrupted thread, and without an
     * exception when it fails, since there is nothing the caller could do.
     *
     * @return true when it is done
     */
    boolean cleanUp(String what, Step step) {
        boolean[] done = {false};
        Deadline deadline = Deadline.after(CLEAN_UP);
        Interrupts.deferred(() -> {
            try {
                transact(what, deadline, body(step));
                done[0] = true;
            } catch (XenStoreException failed) {
                logFailure(what, failed);
            } catch (ConduitTimeoutException busy) {
                LOG.warn("{} failed in XenStore: {}", what, busy.getMessage());
            }
        });
        return done[0];
    }

    /**
     * As {@link #cleanUp(String, Step)}, for a step that writes a node the other side can spoil, by taking the right to
     * it away or by filling it up: one try, and when it is refused the fallback, which only removes.
     */
    void cleanUp(String what, Step step, Step fallback) {
        boolean[] refused = {false};
        Deadline deadline = Deadline.after(CLEAN_UP);
        Interrupts.deferred(() -> {
            try {
                inTurn(what, deadline, body(step));
            } catch (XenStoreException failed) {
                refused[0] = failed.error() != null;
                LOG.debug("{}: {}", what, failed.getMessage());
            } catch (ConduitTimeoutException busy) {
                refused[0] = true;
            }
        });
        if (refused[0]) {
            cleanUp(what, fallback);
        }
    }

    /**
     * Runs a transition that may as well not be done.
     *
     * @param longest wait for this process's other transactions
     * @return true when it is done
     */
    boolean attempt(String what, Duration longest, Step step) {
        try {
            inTurn(what, Deadline.after(longest), body(step));
            return true;
        } catch (IOException notDone) {
            LOG.debug("{}: {}", what, notDone.getMessage());
            return false;
        }
    }

    private static XenStoreClient.TransactionBody<Boolean, XenStoreException> body(Step step) {
        return transaction -> {
            step.run(transaction);
            return true;
        };
    }

    private static void logFailure(String what, XenStoreException failed) {
        if (failed.error() == null) {
            LOG.debug("{}: not done, XenStore is gone: {}", what, failed.getMessage());
        } else {
            LOG.warn("{} failed in XenStore: {}", what, failed.getMessage());
        }
    }

    private <T, E extends Exception> T inTurn(
            String what, Deadline deadline, XenStoreClient.TransactionBody<T, E> body)
            throws E, XenStoreException, ConduitTimeoutException, InterruptedIOException {
        try {
            if (!turn.tryLock() && !turn.tryLock(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
                throw new ConduitTimeoutException(what + " timed out after " + deadline.whole().toMillis()
                        + " ms: waiting for this process's other XenStore transactions");
            }
        } catch (InterruptedException interrupt) {
            throw interrupted(what);
        }
        try {
            return client.transaction(body);
        } finally {
            turn.unlock();
        }
    }

    static void pause(String what, long nanos) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interrupt) {
            throw interrupted(what);
        }
    }

    /** The interrupt stays pending, as with interruptible channels. */
    static InterruptedIOException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(what + " was interrupted");
    }
}
