package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;

/** Removes a node and the parents that are left empty, up to a bound that stays. */
final class Pruning {

    private final String path;
    private final String bound;

    Pruning(String path, String bound) {
        String prefix = bound.equals("/") ? bound : bound + "/";
        if (!path.startsWith(prefix) || path.equals(bound)) {
            throw new IllegalArgumentException("'" + bound + "' is no ancestor of '" + path + "'");
        }
        this.path = path;
        this.bound = bound;
    }

    /** To be run in a transaction. */
    Void run(XenStoreOperations store) throws XenStoreException {
        store.remove(path);
        for (String parent = parent(path); parent.length() > bound.length(); parent = parent(parent)) {
            try {
                if (store.read(parent).length > 0 || !store.list(parent).isEmpty()) {
                    return null;
                }
                store.remove(parent);
            } catch (XenStoreException e) {
                if (e.is("EACCES")) {
                    return null;
                }
                throw e;
            }
        }
        return null;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
