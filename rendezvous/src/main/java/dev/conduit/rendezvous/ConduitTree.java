package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;

/** The root of the layout, which dom0 makes once after each start of XenStore. */
public final class ConduitTree {

    private ConduitTree() {}

    /**
     * Makes {@code /conduit} and {@code /conduit/flows} with their permissions, or restores these; names and flows that
     * are there stay.
     *
     * @param store with dom0's rights
     * @throws XenStoreException EACCES for any other domain, and others
     */
    public static void prepare(XenStoreClient store) throws XenStoreException {
        store.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.mkdir(Layout.ROOT);
            transaction.setPermissions(Layout.ROOT, Layout.rootPermissions());
            transaction.mkdir(Layout.FLOWS);
            transaction.setPermissions(Layout.FLOWS, Layout.flowsPermissions());
            return true;
        });
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
