package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The index of the servers under a shared name: who takes part, who leaves, who is in it. Each changing method is the
 * inside of one transaction.
 *
 * <p>The shared name itself belongs to the first of them, and goes with it; who is left makes it anew.
 */
final class MemberIndex {

    /** Members that are read: all that fit into a folder of 2048 bytes. */
    private static final int MOST_MEMBERS = 256;

    private MemberIndex() {}

    /** What a server of a shared name listens under itself: no two domains have the same. */
    static String ownName(String shared, DomainId self) {
        return shared + "-" + self;
    }

    /**
     * Takes part, as the one who makes the index when there is none.
     *
     * @param sharing with whom, should the index be ours; empty: with everybody
     * @return who has the name and does not share it; empty when done
     */
    static Optional<DomainId> join(
            XenStoreOperations transaction, String shared, DomainId self, Collection<DomainId> sharing)
            throws ConduitException, XenStoreException {
        Optional<DomainId> other = NameTransitions.own(transaction, shared, self);
        if (other.isPresent()) {
            if (!exists(transaction, Layout.members(shared))) {
                return other;
            }
        } else {
            // What a former process of this domain listened with: a name is either shared or not.
            Nodes.remove(transaction, Layout.listen(shared));
            transaction.mkdir(Layout.members(shared));
            transaction.setPermissions(Layout.members(shared), Layout.membersPermissions(self, sharing));
        }
        String path = Layout.member(shared, ownName(shared, self));
        try {
            transaction.write(path, "0");
            transaction.setPermissions(path, Layout.namePermissions(self));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") && other.isPresent()) {
                if (ConduitTree.isClosed(transaction)) {
                    throw new ConduitException("name '" + shared + "' cannot be shared with domain " + other.get()
                            + ": under this XenStore server (oxenstored) guests do not own what they make");
                }
                return other;
            }
            throw refused;
        }
        return Optional.empty();
    }

    /** Takes part no longer; an index that is ours goes, and who is left makes it anew. */
    static void leave(XenStoreOperations transaction, String shared, DomainId self) throws XenStoreException {
        Nodes.remove(transaction, Layout.member(shared, ownName(shared, self)));
        NameTransitions.release(transaction, shared, self);
    }

    static boolean exists(XenStoreOperations store, String path) throws XenStoreException {
        try {
            return store.exists(path);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return false;
            }
            throw refused;
        }
    }

    /** The members; those whose nodes make no sense are left out. Empty when the name is not shared, or gone. */
    static List<Member> read(XenStoreOperations store, String shared) throws XenStoreException {
        List<Member> members = new ArrayList<>();
        try {
            for (String name : Nodes.children(store, Layout.members(shared)).orElse(List.of())) {
                if (members.size() < MOST_MEMBERS && ConduitNames.isClaimable(name)) {
                    read(store, shared, name).ifPresent(members::add);
                }
            }
        } catch (XenStoreException refused) {
            if (!refused.is("EACCES")) {
                throw refused;
            }
        }
        return members;
    }

    private static Optional<Member> read(XenStoreOperations store, String shared, String name)
            throws XenStoreException {
        String path = Layout.member(shared, name);
        try {
            Optional<DomainId> owner = Nodes.owner(store, path);
            String count = store.readOptional(path)
                    .map(value -> new String(value, StandardCharsets.ISO_8859_1)).orElse("");
            return owner.filter(any -> count.matches("[0-9]{1,9}"))
                    .map(domain -> new Member(name, domain, Integer.parseInt(count)));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
