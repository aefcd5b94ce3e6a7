package dev.conduit.rendezvous;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Map;

/** Looks at whole trees, as dom0. */
final class Trees {

    private Trees() {}

    /** Adds {@code path -> "value permissions"} of a node and everything below. */
    static void walk(XenStoreOperations store, String path, Map<String, String> tree) throws XenStoreException {
        if (store.exists(path)) {
            tree.put(path, store.readString(path) + " " + store.permissions(path));
            for (String child : store.list(path)) {
                walk(store, path + "/" + child, tree);
            }
        }
    }
}
