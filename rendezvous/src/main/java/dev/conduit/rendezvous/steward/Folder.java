package dev.conduit.rendezvous.steward;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.List;

/** A folder that may be missing. */
final class Folder {

    private Folder() {}

    /** The children; none when the folder is missing. */
    static List<String> children(XenStoreOperations store, String path) throws XenStoreException {
        try {
            return store.list(path);
        } catch (XenStoreException refused) {
            if (refused.is("ENOENT")) {
                return List.of();
            }
            throw refused;
        }
    }
}
