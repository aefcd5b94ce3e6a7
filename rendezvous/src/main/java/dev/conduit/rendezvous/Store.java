package dev.conduit.rendezvous;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Transactions of one conduit: one at a time, because a domain may have few open (9 on a default C xenstored) and its
 * own would only conflict with each other; tried again, within a deadline, when the server is busy or a quota is used
 * up.
 */
final class Store {

    /** EAGAIN: every try of the client's own loop conflicted. The others: quotas, which others' closing frees. */
    private static final Set<String> TRANSIENT = Set.of("EAGAIN", "EBUSY", "ENOSPC", "ENOMEM", "EQUOTA");

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
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        while (true) {
            try {
                return inTurn(what, deadline, body);
            } catch (XenStoreException refused) {
                long pause = backoff.nextNanos();
                if (!isTransient(refused)) {
                    throw refused;
                }
                if (pause >= deadline.nanosLeft()) {
                    throw new ConduitTimeoutException(what + " timed out after " + deadline.whole().toMillis()
                            + " ms: XenStore kept answering " + refused.error(), refused);
                }
                pause(what, pause);
            }
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
