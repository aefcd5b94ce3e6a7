package dev.conduit.xenstore.server.store;

/** Who may know of a change: whoever could or can read the node, or can read its parent. */
final class Visibility {

    private final Path path;
    private final Node before;
    private final Node after;
    private final Node root;
    private Acl parent;
    private boolean parentKnown;

    Visibility(Path path, Node before, Node after, Node root) {
        this.path = path;
        this.before = before;
        this.after = after;
        this.root = root;
    }

    boolean to(Subject subject) {
        if (subject.privileged() || before != null && before.acl().readable(subject)
                || after != null && after.acl().readable(subject)) {
            return true;
        }
        Acl above = parent();
        return above != null && above.readable(subject);
    }

    /** Looked up once, however many watches ask. */
    private Acl parent() {
        if (!parentKnown) {
            parentKnown = true;
            Node node = path.root() ? null : Lookup.find(root, path.parent());
            parent = node == null ? null : node.acl();
        }
        return parent;
    }
}
