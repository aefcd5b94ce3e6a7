package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;

/** The root of the layout, which dom0 makes once after each start of XenStore. */
public final class ConduitTree {

    private ConduitTree() {}

    /**
     * Makes {@code /conduit} and {@code /conduit/flows} with their permissions, or restores these; names and flows that
     * are there stay. Under oxenstored, where guests would not own what they make there, they may not make anything: there
     * dom0 also needs a {@link dev.conduit.rendezvous.steward.Steward}.
     *
     * @param store with dom0's rights
     * @throws XenStoreException EACCES for any other domain, and others
     */
    public static void prepare(XenStoreClient store) throws XenStoreException {
        store.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.mkdir(Layout.ROOT);
            boolean closed = isOxenstored(transaction);
            transaction.setPermissions(Layout.ROOT,
                    closed ? Layout.closedRootPermissions() : Layout.rootPermissions());
            transaction.mkdir(Layout.FLOWS);
            transaction.setPermissions(Layout.FLOWS,
                    closed ? Layout.closedFlowsPermissions() : Layout.flowsPermissions());
            return true;
        });
    }

    /** It writes the path of its program there; C xenstored and ours leave the node empty, or have none. */
    private static boolean isOxenstored(XenStoreOperations store) throws XenStoreException {
        return !store.readStringOptional("/tool/xenstored").orElse("").isEmpty();
    }

    /**
     * Tells whether the tree was made for a XenStore server whose guests do not own what they make: then only dom0 makes
     * names and requests, for the guests that ask it.
     *
     * @param store with any domain's rights
     * @return true under oxenstored
     * @throws XenStoreException ENOENT when there is no tree, and others
     */
    public static boolean isClosed(XenStoreOperations store) throws XenStoreException {
        return !store.permissions(Layout.ROOT).get(0).access().writable();
    }

    /** Makes sure that the tree is there: makes it as dom0, complains clearly as anybody else. */
    static void require(XenStoreClient store, DomainId self) throws ConduitException, XenStoreException {
        if (!isThere(store)) {
            if (!self.equals(DomainId.DOM0)) {
                throw new ConduitException("XenStore has no " + Layout.ROOT + ": dom0 must prepare it once, by"
                        + " 'conduit init' there");
            }
            prepare(store);
        }
    }

    /** EACCES is how a XenStore that hides its root says that there is no such node. */
    private static boolean isThere(XenStoreClient store) throws XenStoreException {
        try {
            return store.exists(Layout.ROOT);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return false;
            }
            throw refused;
        }
    }
}
