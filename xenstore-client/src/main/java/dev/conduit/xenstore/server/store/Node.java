package dev.conduit.xenstore.server.store;

/** A node: value, permissions and children. Immutable; a change makes a new one that shares what stays. */
public final class Node {

    /** Bytes a quota counts for each node, whatever it holds. */
    private static final int BASE_SIZE = 16;
    private static final int PERMISSION_SIZE = 8;

    private final byte[] value;
    private final Acl acl;
    private final Children children;
    /** The domain that made the last change. */
    private final int changedBy;
    private final long generation;

    Node(byte[] value, Acl acl, Children children, int changedBy, long generation) {
        this.value = value;
        this.acl = acl;
        this.children = children;
        this.changedBy = changedBy;
        this.generation = generation;
    }

    /**
     * Returns the value.
     *
     * @return never to be changed
     */
    public byte[] value() {
        return value;
    }

    /**
     * Returns the permissions.
     *
     * @return shared
     */
    public Acl acl() {
        return acl;
    }

    /**
     * Returns the children.
     *
     * @return null for none
     */
    public Children children() {
        return children;
    }

    /**
     * Returns the number of the change that made this node what it is; changes further below do not count.
     *
     * @return grows with every change
     */
    public long generation() {
        return generation;
    }

    /** The domain that made that change. */
    int changedBy() {
        return changedBy;
    }

    Node child(String name) {
        return Children.get(children, name);
    }

    Node withValue(byte[] newValue, int by, long newGeneration) {
        return new Node(newValue, acl, children, by, newGeneration);
    }

    Node withAcl(Acl newAcl, int by, long newGeneration) {
        return new Node(value, newAcl, children, by, newGeneration);
    }

    /** With a child added or taken away: a change of this node. */
    Node withChildren(Children newChildren, int by, long newGeneration) {
        return new Node(value, acl, newChildren, by, newGeneration);
    }

    /** With a child that changed inside: no change of this node. */
    Node withChanged(String name, Node child) {
        return new Node(value, acl, Children.with(children, name, child), changedBy, generation);
    }

    int quotaSize() {
        return BASE_SIZE + PERMISSION_SIZE * acl.size() + value.length + Children.nameBytes(children);
    }

    /** Whether only the privileged domain is concerned when it and all below go. */
    boolean plain() {
        return acl.plain() && Children.plain(children);
    }

    /** How many nodes it is with all below, if they are plain. */
    int plainNodes() {
        return 1 + Children.plainNodes(children);
    }

    /** What it costs with all below, if they are plain: then it does not depend on the place. */
    long plainMemory(int nameLength) {
        return MemoryCost.node(acl, value.length, nameLength, 0) + Children.plainMemory(children);
    }

    /** What it costs its owner at its place. */
    long memory(Path path) {
        return MemoryCost.node(acl, value.length, Path.lastNameLength(path.text()), path.text().length());
    }
}
