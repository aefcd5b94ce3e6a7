package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Takes a name: asks the steward where only dom0 may make it; waits for a dead owner's node to go, which XenStore removes
 * a moment after the domain.
 */
record NameClaim(String name, Platform platform, Store store, Asking asking) {

    /** One try, as the inside of a transaction; returns who has the name instead. */
    @FunctionalInterface
    interface Try {
        Optional<DomainId> run(XenStoreOperations transaction) throws ConduitException, XenStoreException;
    }

    void claim(Deadline deadline, Try attempt) throws IOException {
        String what = "registration of '" + name + "'";
        while (true) {
            DomainId holder;
            try {
                holder = store.<DomainId, ConduitException>transact(
                        what, deadline, transaction -> attempt.run(transaction).orElse(null));
            } catch (NoRightException refused) {
                if (!asking.isNeeded()) {
                    throw refused;
                }
                asking.forName(what, name, deadline);
                continue;
            }
            if (holder == null) {
                return;
            }
            if (platform.isAlive(holder)) {
                throw new ConduitNameTakenException(
                        holder, "name '" + name + "' is taken: domain " + holder + " has it");
            }
            outlive(holder, deadline);
        }
    }

    private void outlive(DomainId holder, Deadline deadline) throws IOException {
        XenStoreClient client = store.client();
        if (platform.self().equals(DomainId.DOM0)) {
            store.cleanUp("removal of '" + name + "'",
                    transaction -> NameTransitions.release(transaction, name, holder));
            return;
        }
        try {
            client.waitFor(reads -> reads.exists(Layout.name(name)) ? null : name, deadline.left());
        } catch (TimeoutException stays) {
            throw new ConduitNameTakenException(holder, "name '" + name + "' is taken: domain " + holder
                    + " has it, which is dead, but XenStore did not remove it within "
                    + deadline.whole().toMillis() + " ms");
        } catch (InterruptedException interrupt) {
            throw Store.interrupted("registration of '" + name + "'");
        }
    }
}
