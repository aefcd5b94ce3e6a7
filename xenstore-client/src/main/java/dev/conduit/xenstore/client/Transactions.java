package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreClient.TransactionBody;
import dev.conduit.xenstore.XenStoreException;
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

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int NONE = 0;
    private static final byte[] NOTHING = Payload.strings("");
    private static final byte[] COMMIT = Payload.strings("T");
    private static final byte[] ABORT = Payload.strings("F");

    private final Exchange exchange;
    private final int tries;

    Transactions(Exchange exchange, int tries) {
        this.exchange = exchange;
        this.tries = tries;
    }

    <T, E extends Exception> T run(TransactionBody<T, E> body) throws E, XenStoreException {
        long pause = FIRST_PAUSE_NANOS;
        for (int i = 1; ; i++) {
            int id = start(i);
            if (id != NONE) {
                T result = attempt(body, id);
                if (commit(id, i)) {
                    return result;
                }
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** A new transaction, or {@link #NONE} when the domain has too many open now and another try is left. */
    private int start(int attempt) throws XenStoreException {
        try {
            return id(exchange.call(Operation.TRANSACTION_START, 0, NOTHING, ""));
        } catch (XenStoreException e) {
            if ((e.is("ENOSPC") || e.is("EQUOTA")) && attempt < tries) {
                return NONE;
            }
            throw e;
        }
    }

    /** False when it conflicted and another try is left. */
    private boolean commit(int id, int attempt) throws XenStoreException {
        try {
            exchange.call(Operation.TRANSACTION_END, id, COMMIT, "commit");
            return true;
        } catch (XenStoreException e) {
            if (!e.is("EAGAIN")) {
                throw e;
            }
            if (attempt == tries) {
                throw new XenStoreException("EAGAIN", "XenStore transaction conflicted in each of " + tries
                        + " tries");
            }
            return false;
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

    private <T, E extends Exception> T attempt(TransactionBody<T, E> body, int id) throws E, XenStoreException {
        Operations operations = new Operations(exchange, id);
        boolean done = false;
        try {
            T result = body.run(operations);
            done = true;
            return result;
        } finally {
            operations.end();
            if (!done) {
                abort(id);
            }
        }
    }

    private void abort(int id) {
        try {
            exchange.call(Operation.TRANSACTION_END, id, ABORT, "abort");
        } catch (XenStoreException e) {
            LOG.debug("aborting transaction {}: {}", id, e.getMessage());
        }
    }
}
