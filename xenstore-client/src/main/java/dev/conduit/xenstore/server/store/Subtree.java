package dev.conduit.xenstore.server.store;

import java.util.ArrayDeque;
import java.util.Deque;

/** A node on the way through a subtree. Its path is put together only when asked for; no recursion, however deep. */
final class Subtree {

    /** Takes each node, a parent before its children. */
    interface Visitor {
        void node(Subtree at);
    }

    private final Subtree parent;
    private final String name;
    private final Node node;
    private final int pathLength;
    /** Null until asked for. */
    private String path;

    private final Acl aclAbove;

    private Subtree(Subtree parent, Acl aclAbove, String name, Node node, int pathLength) {
        this.parent = parent;
        this.aclAbove = aclAbove;
        this.name = name;
        this.node = node;
        this.pathLength = pathLength;
        path = parent == null ? name : null;
    }

    /** @param aclAbove of the node above the topmost; null when that is the root of the tree */
    static void walk(Path top, Acl aclAbove, Node node, Visitor visitor) {
        Deque<Subtree> open = new ArrayDeque<>();
        open.push(new Subtree(null, aclAbove, top.text(), node, top.text().length()));
        while (!open.isEmpty()) {
            Subtree next = open.pop();
            visitor.node(next);
            int length = next.parent == null && top.root() ? 0 : next.pathLength;
            Children.forEach(next.node.children(), (name, child) -> {
                Subtree below = new Subtree(next, next.acl(), name, child, length + 1 + name.length());
                if (child.children() == null) {
                    visitor.node(below);
                } else {
                    open.push(below);
                }
            });
        }
    }

    Acl acl() {
        return node.acl();
    }

    /** Of the node above; null for the root of the tree. */
    Acl aclAbove() {
        return aclAbove;
    }

    /** What it costs its owner. */
    long memory() {
        int nameLength = parent == null ? Path.lastNameLength(name) : name.length();
        return MemoryCost.node(node.acl(), node.value().length, nameLength, pathLength);
    }

    /** Each level's text is made once, from the one above: a guest's tree may be a chain of a thousand. */
    String path() {
        Deque<Subtree> unnamed = new ArrayDeque<>();
        for (Subtree at = this; at.path == null; at = at.parent) {
            unnamed.push(at);
        }
        for (Subtree at : unnamed) {
            String above = at.parent.path;
            at.path = above.length() == 1 ? above + at.name : above + "/" + at.name;
        }
        return path;
    }
}
