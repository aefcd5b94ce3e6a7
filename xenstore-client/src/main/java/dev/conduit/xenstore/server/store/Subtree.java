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

    private Subtree(Subtree parent, String name, Node node) {
        this.parent = parent;
        this.name = name;
        this.node = node;
    }

    static void walk(Path top, Node node, Visitor visitor) {
        Deque<Subtree> open = new ArrayDeque<>();
        open.push(new Subtree(null, top.text(), node));
        while (!open.isEmpty()) {
            Subtree next = open.pop();
            visitor.node(next);
            Children.forEach(next.node.children(), (name, child) -> open.push(new Subtree(next, name, child)));
        }
    }

    Acl acl() {
        return node.acl();
    }

    String path() {
        Deque<String> names = new ArrayDeque<>();
        Subtree at = this;
        for (; at.parent != null; at = at.parent) {
            names.push(at.name);
        }
        StringBuilder text = new StringBuilder(at.name.equals("/") ? "" : at.name);
        names.forEach(part -> text.append('/').append(part));
        return text.isEmpty() ? "/" : text.toString();
    }
}
