package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreClient.TransactionBody;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work in transactions, again while they conflict. */
final class Transactions {

    /** The id outside a transaction. */
    static final int NONE = 0;

    /** How one try ended. */
    private enum Outcome { COMMITTED, ABORTED, CONFLICT }

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long USUAL_LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Where a try takes long, so must a pause in which others finish theirs: as many tries' time, within a bound. */
    private static final int LONGEST_PAUSE_TRIES = 16;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] NOTHING = Payload.strings("");
    private static final byte[] COMMIT = Payload.strings("T");
    private static final byte[] ABORT = Payload.strings("F");

    private final Connection connection;
    private final int tries;

    Transactions(Connection connection, int tries) {
        this.connection = connection;
        this.tries = tries;
    }

    <T, E extends Exception> T run(TransactionBody<T, E> body) throws E, XenStoreException {
        long pause = FIRST_PAUSE_NANOS;
        for (int i = 1; ; i++) {
            long begin = System.nanoTime();
            Attempt<T> attempt = new Attempt<>();
            if (attempt.run(body, i < tries) && attempt.outcome != Outcome.CONFLICT) {
                return attempt.result;
            }
            if (i == tries) {
                throw new XenStoreException("EAGAIN", "XenStore transaction conflicted in each of " + tries
                        + " tries");
            }
            long took = System.nanoTime() - begin;
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
            pause = Math.min(2 * pause, longestPause(took));
        }
    }

    private static long longestPause(long tryNanos) {
        return Math.min(LONGEST_PAUSE_NANOS, Math.max(USUAL_LONGEST_PAUSE_NANOS, LONGEST_PAUSE_TRIES * tryNanos));
    }

    /** One try; true when it committed. */
    <T, E extends Exception> boolean runOnce(TransactionBody<T, E> body) throws E, XenStoreException {
        Attempt<T> attempt = new Attempt<>();
        attempt.run(body, false);
        return attempt.outcome == Outcome.COMMITTED;
    }

    private final class Attempt<T> {

        private T result;
        private Outcome outcome;

        /** False when it could not be brought to its end and that is worth another try. */
        <E extends Exception> boolean run(TransactionBody<T, E> body, boolean another) throws E, XenStoreException {
            OpenTransaction transaction = open(another);
            if (transaction == null) {
                return false;
            }
            boolean done = false;
            try {
                result = body.run(transaction);
                done = true;
            } catch (XenStoreLostException e) {
                if (!another || !connection.reconnects()) {
                    throw e;
                }
                LOG.debug("the transaction is run again: {}", e.getMessage());
            } finally {
                if (!done) {
                    transaction.abort();
                }
                transaction.end();
            }
            if (done) {
                outcome = transaction.aborted() ? Outcome.ABORTED : commit(transaction);
            }
            return done;
        }

        private OpenTransaction open(boolean another) throws XenStoreException {
            try {
                Requests session = connection.session(Operation.TRANSACTION_START, "");
                return new OpenTransaction(session, start(session));
            } catch (XenStoreException e) {
                boolean full = e.is("ENOSPC") || e.is("EQUOTA");
                boolean lost = e instanceof XenStoreLostException && connection.reconnects();
                if (another && (full || lost)) {
                    return null;
                }
                throw e;
            }
        }

        private Outcome commit(OpenTransaction transaction) throws XenStoreException {
            try {
                transaction.session().call(Operation.TRANSACTION_END, transaction.id(), COMMIT, "commit");
                return Outcome.COMMITTED;
            } catch (XenStoreException e) {
                if (e.is("EAGAIN")) {
                    return Outcome.CONFLICT;
                }
                throw e;
            }
        }
    }

    /** Begins a transaction in a session. */
    static int start(Exchange session) throws XenStoreException {
        return id(session.call(Operation.TRANSACTION_START, NONE, NOTHING, ""));
    }

    /** Ends a transaction without commit, whatever the server says to it. */
    static void abort(Exchange session, int id) {
        try {
            session.call(Operation.TRANSACTION_END, id, ABORT, "abort");
        } catch (XenStoreException e) {
            LOG.debug("aborting transaction {}: {}", id, e.getMessage());
        }
    }

    static int id(byte[] reply) throws XenStoreException {
        String id = Payload.text(reply, 0, Payload.indexOfNul(reply, 0));
        try {
            int number = Integer.parseUnsignedInt(id);
            if (number != NONE) {
                return number;
            }
        } catch (NumberFormatException e) {
            LOG.debug("transaction id: {}", e.getMessage());
        }
        throw new XenStoreException((String) null, "transaction id '" + Printable.of(id)
                + "' is not between 1 and 4294967295");
    }
}
