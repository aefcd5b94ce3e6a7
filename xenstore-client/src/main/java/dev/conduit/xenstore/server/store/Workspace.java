package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A tree being changed, with what the change means for owners and watchers. The store adopts it as a whole or drops it;
 * each method either does all it says or throws and does nothing.
 */
final class Workspace {

    private static final byte[] NO_VALUE = {};

    /** How many nodes a domain owns in the store, whatever is changed here. */
    interface Ownership {
        int nodesOf(int domain);
    }

    /** A node's permissions before and after; null where it did not or does not exist. */
    record AclChange(String path, Acl before, Acl after) {
    }

    private final Node base;
    private final Limits limits;
    private final Ownership ownership;
    private final LongSupplier generations;
    private Node root;
    private int size;
    private Map<Integer, Integer> owned = Map.of();
    private List<AclChange> aclChanges = List.of();
    /** Changed nodes in order of first change; true when one was removed meanwhile. */
    private Map<Path, Boolean> changed = Map.of();

    Workspace(Node base, LongSupplier generations, Limits limits, Ownership ownership) {
        this.base = base;
        this.root = base;
        this.generations = generations;
        this.limits = limits;
        this.ownership = ownership;
    }

    Node base() {
        return base;
    }

    Node root() {
        return root;
    }

    Map<Integer, Integer> owned() {
        return owned;
    }

    List<AclChange> aclChanges() {
        return aclChanges;
    }

    Map<Path, Boolean> changed() {
        return changed;
    }

    /** How many nodes were made and removed. */
    int size() {
        return size;
    }

    Lookup lookup(Path path) {
        return new Lookup(root, path);
    }

    /** Sets the value of an existing node. */
    void setValue(Subject subject, Lookup at, byte[] value) throws StoreError {
        Node node = at.node().withValue(value, generations.getAsLong());
        requireSize(subject, node);
        root = at.rootWithNearest(node);
        touch(at.path(), false);
    }

    /** Makes a missing node and what is missing above; they inherit the permissions of the nearest ancestor. */
    void create(Subject subject, Lookup at, byte[] value) throws StoreError {
        Acl acl = at.nearest().acl().inheritedBy(subject);
        requireNodes(subject, acl.owner(), at.missing());
        Path path = at.path();
        int top = path.depth() - at.missing();
        long generation = generations.getAsLong();
        Node node = new Node(value, acl, null, generation);
        requireSize(subject, node);
        for (int i = path.depth() - 1; i > top; i--) {
            node = new Node(NO_VALUE, acl, Children.with(null, path.name(i), node), generation);
            requireSize(subject, node);
        }
        Node above = at.nearest();
        Node parent = above.withChildren(Children.with(above.children(), path.name(top), node), generation);
        requireSize(subject, parent);
        root = at.rootWithNearest(parent);
        size += at.missing();
        String made = path.text();
        for (int i = at.missing(); i > 0; i--) {
            aclChanged(made, null, acl);
            made = made.substring(0, made.lastIndexOf('/'));
        }
        touch(path, false);
    }

    void createEmpty(Subject subject, Lookup at) throws StoreError {
        create(subject, at, NO_VALUE);
    }

    /** Removes an existing node, not the root, with everything below. */
    void remove(Lookup at) {
        Node removed = at.node();
        root = at.rootWithout(generations.getAsLong());
        Subtree.walk(at.path(), removed, node -> {
            size++;
            count(node.acl(), -1);
            if (node.acl().namesGuests()) {
                note(new AclChange(node.path(), node.acl(), null));
            }
        });
        touch(at.path(), true);
    }

    /** Replaces the permissions of an existing node. */
    void setAcl(Subject subject, Lookup at, Acl acl) throws StoreError {
        Node before = at.node();
        if (!subject.privileged() && acl.size() > limits.nodePermissions()) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
        Node node = before.withAcl(acl, generations.getAsLong());
        requireSize(subject, node);
        root = at.rootWithNearest(node);
        aclChanged(at.path().text(), before.acl(), acl);
        touch(at.path(), false);
    }

    /** Takes a domain that is gone out of the permissions of an existing node; nobody is told. */
    void dropFromAcl(Lookup at, int domain) {
        Acl before = at.node().acl();
        Acl after = before.without(domain);
        root = at.rootWithNearest(at.node().withAcl(after, generations.getAsLong()));
        aclChanged(at.path().text(), before, after);
    }

    private void requireSize(Subject subject, Node node) throws StoreError {
        if (!subject.privileged() && node.quotaSize() > limits.nodeSize()) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
    }

    private void requireNodes(Subject subject, int owner, int more) throws StoreError {
        if (!subject.privileged()
                && ownership.nodesOf(owner) + owned.getOrDefault(owner, 0) + more > limits.nodes()) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
    }

    private void aclChanged(String path, Acl before, Acl after) {
        if (before != null) {
            count(before, -1);
        }
        count(after, 1);
        if (before != null && before.namesGuests() || after.namesGuests()) {
            note(new AclChange(path, before, after));
        }
    }

    private void count(Acl acl, int more) {
        if (owned.isEmpty()) {
            owned = new HashMap<>();
        }
        owned.merge(acl.owner(), more, Integer::sum);
    }

    private void note(AclChange change) {
        if (aclChanges.isEmpty()) {
            aclChanges = new ArrayList<>();
        }
        aclChanges.add(change);
    }

    private void touch(Path path, boolean removed) {
        if (changed.isEmpty()) {
            changed = new LinkedHashMap<>();
        }
        changed.merge(path, removed, Boolean::logicalOr);
    }
}
