package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.wire.ErrorCode;
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

    /** What domains use and may use in the store, whatever is changed here. */
    interface Ledger {

        long used(int domain, Kind kind);

        Limits limits(int domain);

        /** Notes the size of something that is not summed up. */
        void seen(int domain, Kind kind, long value);
    }

    private final Node base;
    private final Ledger ledger;
    private final LongSupplier generations;
    private Node root;
    private int size;
    private final Charges charges = new Charges();
    private final Mentions mentions = new Mentions();
    /** Changed nodes in order of first change; true when one was removed meanwhile. */
    private Map<Path, Boolean> changed = Map.of();

    Workspace(Node base, LongSupplier generations, Ledger ledger) {
        this.base = base;
        this.root = base;
        this.generations = generations;
        this.ledger = ledger;
    }

    Node base() {
        return base;
    }

    Node root() {
        return root;
    }

    Charges charges() {
        return charges;
    }

    List<Mentions.Change> mentions() {
        return mentions.changes();
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
        Node before = at.node();
        Node node = before.withValue(value, subject.domain(), generations.getAsLong());
        requireSize(subject, node);
        int more = value.length - before.value().length;
        requireMemory(subject, node.acl().owner(), more);
        root = at.rootWithNearest(node);
        if (more != 0) {
            charges.add(node.acl().owner(), 0, more);
        }
        touch(at.path(), false);
    }

    /** Makes a missing node and what is missing above; they inherit the permissions of the nearest ancestor. */
    void create(Subject subject, Lookup at, byte[] value) throws StoreError {
        Acl acl = at.nearest().acl().inheritedBy(subject);
        Path path = at.path();
        int top = path.depth() - at.missing();
        long memory = costOfMissing(path, top, acl, value);
        requireNodes(subject, acl.owner(), at.missing());
        requireMemory(subject, acl.owner(), memory);
        long generation = generations.getAsLong();
        Node node = new Node(value, acl, null, subject.domain(), generation);
        requireSize(subject, node);
        for (int i = path.depth() - 1; i > top; i--) {
            node = new Node(NO_VALUE, acl, Children.with(null, path.name(i), node), subject.domain(), generation);
            requireSize(subject, node);
        }
        Node above = at.nearest();
        Node parent = above.withChildren(Children.with(above.children(), path.name(top), node), subject.domain(),
                generation);
        requireSize(subject, parent);
        root = at.rootWithNearest(parent);
        size += at.missing();
        charges.add(acl.owner(), at.missing(), memory);
        if (acl != above.acl()) {
            mentions.made(() -> path.text(top + 1), acl, above.acl());
        }
        touch(path, false);
    }

    private static long costOfMissing(Path path, int top, Acl acl, byte[] value) {
        long memory = value.length;
        int length = path.text().length();
        for (int i = path.depth() - 1; i >= top; i--) {
            int name = path.name(i).length();
            memory += MemoryCost.node(acl, 0, name, length);
            length -= name + 1;
        }
        return memory;
    }

    void createEmpty(Subject subject, Lookup at) throws StoreError {
        create(subject, at, NO_VALUE);
    }

    /** Removes an existing node, not the root, with everything below. */
    void remove(int by, Lookup at) {
        Node removed = at.node();
        root = at.rootWithout(by, generations.getAsLong());
        if (removed.plain()) {
            size += removed.plainNodes();
            charges.add(Subject.PRIVILEGED, -removed.plainNodes(),
                    -removed.plainMemory(Path.lastNameLength(at.path().text())));
        } else {
            discharge(at, removed);
        }
        touch(at.path(), true);
    }

    private void discharge(Lookup at, Node removed) {
        Subtree.walk(at.path(), at.parent().acl(), removed, node -> {
            size++;
            charges.add(node.acl().owner(), -1, -node.memory());
            if (node.acl() != node.aclAbove()) {
                mentions.removed(node::path, node.acl(), node.aclAbove());
            }
        });
    }

    /** Replaces the permissions of an existing node. */
    void setAcl(Subject subject, Lookup at, Acl acl) throws StoreError {
        Node before = at.node();
        ledger.seen(subject.domain(), Kind.NODE_PERMISSIONS, acl.size());
        if (exceeds(subject, Kind.NODE_PERMISSIONS, acl.size())) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
        Node node = before.withAcl(acl, subject.domain(), generations.getAsLong());
        requireSize(subject, node);
        requireMemory(subject, acl.owner(), node.memory(at.path()) - before.memory(at.path()));
        root = at.rootWithNearest(node);
        aclChanged(at, node);
        touch(at.path(), false);
    }

    /** Takes a domain that is gone out of the permissions of an existing node; nobody is told. */
    void dropFromAcl(Lookup at, int domain) {
        Node before = at.node();
        Node after = before.withAcl(before.acl().without(domain), Subject.PRIVILEGED, generations.getAsLong());
        root = at.rootWithNearest(after);
        aclChanged(at, after);
    }

    private void aclChanged(Lookup at, Node after) {
        Node before = at.node();
        charges.add(before.acl().owner(), -1, -before.memory(at.path()));
        charges.add(after.acl().owner(), 1, after.memory(at.path()));
        mentions.replaced(at.path(), before, at.path().root() ? null : at.parent().acl(), after.acl());
    }

    private void requireSize(Subject subject, Node node) throws StoreError {
        if (subject.privileged()) {
            return;
        }
        int bytes = node.quotaSize();
        ledger.seen(subject.domain(), Kind.NODE_SIZE, bytes);
        if (exceeds(subject, Kind.NODE_SIZE, bytes)) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
    }

    private void requireNodes(Subject subject, int owner, int more) throws StoreError {
        if (exceeds(subject, owner, Kind.NODES, ledger.used(owner, Kind.NODES) + charges.nodes(owner) + more)) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
    }

    private void requireMemory(Subject subject, int owner, long more) throws StoreError {
        if (more > 0 && exceeds(subject, owner, Kind.MEMORY,
                ledger.used(owner, Kind.MEMORY) + charges.memory(owner) + more)) {
            throw StoreError.of(ErrorCode.ENOMEM);
        }
    }

    private boolean exceeds(Subject subject, Kind kind, long value) {
        return exceeds(subject, subject.domain(), kind, value);
    }

    /** Nothing is too much when the privileged domain asks, or pays. */
    private boolean exceeds(Subject subject, int payer, Kind kind, long value) {
        return !subject.privileged() && payer != Subject.PRIVILEGED && ledger.limits(payer).exceeds(kind, value);
    }

    private void touch(Path path, boolean removed) {
        if (changed.isEmpty()) {
            changed = new LinkedHashMap<>();
        }
        changed.merge(path, removed, Boolean::logicalOr);
    }
}
