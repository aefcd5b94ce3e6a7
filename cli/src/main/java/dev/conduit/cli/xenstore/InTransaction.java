package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs work in a transaction, again while it conflicts. */
final class InTransaction {

    /** Work that may run more than once. */
    @FunctionalInterface
    interface Work {

        /** Does it; what it throws aborts the transaction. */
        void run(XenStoreOperations transaction) throws ToolException, IOException;
    }

    private InTransaction() {}

    /** Does the work and commits it. */
    static void run(XenStoreClient store, Work work) throws ToolException, IOException {
        ToolException failure = attempt(store, work);
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Does the work and commits it, unless it fails.
     *
     * @return what the work threw, or null
     * @throws ToolException when the transaction cannot begin or end
     */
    static ToolException attempt(XenStoreClient store, Work work) throws ToolException, IOException {
        AtomicBoolean begun = new AtomicBoolean();
        try {
            return store.<ToolException, IOException>transaction(transaction -> {
                begun.set(true);
                try {
                    work.run(transaction);
                    return null;
                } catch (ToolException e) {
                    transaction.abort();
                    return e;
                }
            });
        } catch (XenStoreException e) {
            throw new ToolException(begun.get() ? "couldn't end transaction" : "couldn't start transaction");
        }
    }
}
