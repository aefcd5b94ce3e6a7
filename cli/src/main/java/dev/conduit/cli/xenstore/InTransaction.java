package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;

/** Runs work in a transaction, again while it conflicts. */
final class InTransaction {

    /** Work that may run more than once. */
    @FunctionalInterface
    interface Work {

        /** Does it; what it throws aborts the transaction. */
        void run(XenStoreOperations transaction) throws ToolException, IOException;
    }

    private InTransaction() {}

    static void run(XenStoreClient store, Work work) throws ToolException, IOException {
        try {
            store.<Void, IOException>transaction(transaction -> {
                try {
                    work.run(transaction);
                } catch (ToolException e) {
                    throw new Aborted(e);
                }
                return null;
            });
        } catch (Aborted e) {
            throw e.reason;
        } catch (XenStoreException e) {
            throw new ToolException("couldn't end transaction", e);
        }
    }

    /** Takes a tool's message through the transaction. */
    private static final class Aborted extends IOException {

        private static final long serialVersionUID = 1L;

        private final ToolException reason;

        Aborted(ToolException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
