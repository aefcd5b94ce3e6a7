package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreTransaction;
import java.util.concurrent.atomic.AtomicBoolean;

/** A transaction while its work runs; it belongs to one session. */
final class OpenTransaction extends Operations implements XenStoreTransaction {

    private final Exchange session;
    private final int id;
    private final AtomicBoolean aborted = new AtomicBoolean();

    OpenTransaction(Exchange session, int id) {
        super(session, id);
        this.session = session;
        this.id = id;
    }

    Exchange session() {
        return session;
    }

    int id() {
        return id;
    }

    boolean aborted() {
        return aborted.get();
    }

    @Override
    public void abort() {
        if (!hasEnded() && aborted.compareAndSet(false, true)) {
            end();
            Transactions.abort(session, id);
        }
    }
}
