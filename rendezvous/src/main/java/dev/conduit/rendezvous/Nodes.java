package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Small steps on nodes that may be missing, foreign or forged. */
final class Nodes {

    private Nodes() {}

    /** Removes a node; none there, or no right to it (it is then no longer ours), is as good. */
    static void remove(XenStoreOperations store, String path) throws XenStoreException {
        try {
            store.remove(path);
        } catch (XenStoreException refused) {
            if (!refused.is("ENOENT") && !refused.is("EACCES")) {
                throw refused;
            }
        }
    }

    static void removeIfEmpty(XenStoreOperations store, String path) throws XenStoreException {
        Optional<List<String>> children = children(store, path);
        if (children.isPresent() && children.get().isEmpty()) {
            remove(store, path);
        }
    }

    /** The children, or empty when the node is missing. */
    static Optional<List<String>> children(XenStoreOperations store, String path) throws XenStoreException {
        try {
            return Optional.of(store.list(path));
        } catch (XenStoreException refused) {
            if (refused.is("ENOENT")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Who made a node; empty when it is missing. EACCES is the caller's to judge. */
    static Optional<DomainId> owner(XenStoreOperations store, String path) throws XenStoreException {
        try {
            int domain = store.permissions(path).get(0).domain();
            return domain < DomainId.FIRST_RESERVED ? Optional.of(new DomainId(domain)) : Optional.empty();
        } catch (XenStoreException refused) {
            if (refused.is("ENOENT")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Who made a node that was read; empty for a number that is no domain's. */
    static Optional<DomainId> owner(XenStoreNode node) {
        int domain = node.permissions().get(0).domain();
        return domain < DomainId.FIRST_RESERVED ? Optional.of(new DomainId(domain)) : Optional.empty();
    }

    /** A domain id in a value; empty for anything else. */
    static Optional<DomainId> domain(byte[] value) {
        if (value.length == 0 || value.length > 5) {
            return Optional.empty();
        }
        try {
            return Optional.of(DomainId.parse(new String(value, StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
