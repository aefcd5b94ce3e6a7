package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What happens to a name; each method is the inside of one transaction. */
final class NameTransitions {

    /** Leftovers removed in one transaction, far below its bound of 1022 nodes on a default C xenstored. */
    private static final int SWEEP_AT_ONCE = 64;

    private NameTransitions() {}

    /**
     * Says whom a name leads to: the domain it names, provided that the same domain made the node. Anybody may make
     * nodes in {@code /conduit}.
     */
    static DomainId resolve(XenStoreOperations store, String name) throws ConduitRefusedException, XenStoreException {
        String path = Layout.name(name);
        Optional<XenStoreNode> node;
        try {
            node = store.node(path);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new ConduitRefusedException(RefusalReason.FORGED_NAME,
                        "name '" + name + "' is refused: " + path + " is not readable by everybody");
            }
            throw refused;
        }
        if (node.isEmpty()) {
            throw new ConduitRefusedException(RefusalReason.NO_SUCH_NAME, "no such name: '" + name + "'");
        }
        Optional<DomainId> named = Nodes.domain(node.get().value());
        Optional<DomainId> owner = Nodes.owner(node.get());
        if (named.isEmpty() || !named.equals(owner)) {
            throw new ConduitRefusedException(RefusalReason.FORGED_NAME, "name '" + name + "' is refused: " + path
                    + (named.isEmpty() ? " names no domain" : " names domain " + named.get())
                    + owner.map(domain -> ", and domain " + domain + " made it").orElse(""));
        }
        return named.get();
    }

    /** The name a client may be called by: the one it claims when that leads to it, else one made from its number. */
    static String believed(XenStoreOperations store, String claimed, DomainId client) throws XenStoreException {
        if (ConduitNames.isClaimable(claimed)) {
            try {
                if (resolve(store, claimed).equals(client)) {
                    return claimed;
                }
            } catch (ConduitRefusedException notTheirs) {
                return ConduitNames.fallback(client);
            }
        }
        return ConduitNames.fallback(client);
    }

    /**
     * Takes a name, or takes it again after a restart, which removes what is left of the connections before.
     *
     * @return who has it instead, or empty
     */
    static Optional<DomainId> claim(XenStoreOperations transaction, String name, DomainId self)
            throws ConduitException, XenStoreException {
        Optional<DomainId> other = own(transaction, name, self);
        if (other.isEmpty()) {
            Nodes.remove(transaction, Layout.established(name));
            transaction.mkdir(Layout.established(name));
            transaction.setPermissions(Layout.established(name), Layout.establishedPermissions(self));
        }
        return other;
    }

    /**
     * Makes the node of a name our own.
     *
     * @return who has it instead, or empty
     */
    static Optional<DomainId> own(XenStoreOperations transaction, String name, DomainId self)
            throws ConduitException, XenStoreException {
        String path = Layout.name(name);
        if (isThere(transaction, path)) {
            DomainId owner = Nodes.owner(transaction, path).orElseThrow(() ->
                    new ConduitException("name '" + name + "' is taken: " + path + " belongs to no known domain"));
            if (!owner.equals(self)) {
                return Optional.of(owner);
            }
        }
        makeOwn(transaction, path, self);
        return Optional.empty();
    }

    private static void makeOwn(XenStoreOperations transaction, String path, DomainId self)
            throws NoRightException, XenStoreException {
        try {
            transaction.write(path, self.toString());
            transaction.setPermissions(path, Layout.namePermissions(self));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new NoRightException("cannot take a name", path);
            }
            throw refused;
        }
    }

    /** Opens the queue of a name that is ours. Entries from before a restart stay, and are answered. */
    static void openQueue(XenStoreOperations transaction, String name, DomainId self) throws XenStoreException {
        transaction.mkdir(Layout.listen(name));
        transaction.setPermissions(Layout.listen(name), ConduitTree.isClosed(transaction)
                ? Layout.closedListenPermissions(self) : Layout.listenPermissions(self));
    }

    /** Gives a name back, unless another domain has it by now. */
    static void release(XenStoreOperations transaction, String name, DomainId self) throws XenStoreException {
        if (Nodes.owner(transaction, Layout.name(name)).equals(Optional.of(self))) {
            Nodes.remove(transaction, Layout.name(name));
        }
    }

    /**
     * Removes connections that an earlier process of this domain left under the name, with their vchans.
     *
     * @return true when there may be more
     */
    static boolean sweep(XenStoreOperations transaction, String name, DomainId self) throws XenStoreException {
        int swept = 0;
        for (String peer : ownChildren(transaction, Layout.established(name), self)) {
            String folder = Layout.established(name, peer);
            Optional<DomainId> client = transaction.readOptional(folder).flatMap(Nodes::domain);
            for (String connection : Nodes.children(transaction, folder).orElse(List.of())) {
                if (swept++ == SWEEP_AT_ONCE) {
                    return true;
                }
                if (client.isPresent() && MiragePort.isPort(connection)) {
                    FlowNodes.removeVchan(transaction, self, client.get(), connection);
                }
                removeOwnFlow(transaction, folder + "/" + connection, self);
                Nodes.remove(transaction, folder + "/" + connection);
            }
            Nodes.remove(transaction, folder);
        }
        return false;
    }

    /** The record of a client of the older Mirage layout; those of others are their clients'. */
    private static void removeOwnFlow(XenStoreOperations transaction, String established, DomainId self)
            throws XenStoreException {
        String flow = transaction.readOptional(established)
                .map(value -> new String(value, StandardCharsets.ISO_8859_1)).orElse("");
        try {
            if (ConnectionId.isFlow(flow)
                    && Nodes.owner(transaction, Layout.flow(flow)).equals(Optional.of(self))) {
                Nodes.remove(transaction, Layout.flow(flow));
            }
        } catch (XenStoreException refused) {
            if (!refused.is("EACCES")) {
                throw refused;
            }
        }
    }

    private static boolean isThere(XenStoreOperations transaction, String path)
            throws ConduitException, XenStoreException {
        try {
            return transaction.exists(path);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new ConduitException("cannot take a name: no right to read " + path
                        + ", another domain has it or dom0 has not prepared " + Layout.ROOT);
            }
            throw refused;
        }
    }

    private static List<String> ownChildren(XenStoreOperations transaction, String path, DomainId self)
            throws XenStoreException {
        try {
            if (Nodes.owner(transaction, path).equals(Optional.of(self))) {
                return Nodes.children(transaction, path).orElse(List.of());
            }
        } catch (XenStoreException refused) {
            if (!refused.is("EACCES")) {
                throw refused;
            }
        }
        return List.of();
    }
}
