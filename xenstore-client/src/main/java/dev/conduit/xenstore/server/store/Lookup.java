package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.ErrorCode;

/** The nodes on the way from the root to a path, as far as they exist. */
final class Lookup {

    private final Path path;
    private final Node[] nodes;
    private final int found;

    Lookup(Node root, Path path) {
        this.path = path;
        nodes = new Node[path.depth() + 1];
        nodes[0] = root;
        int index = 1;
        while (index < nodes.length) {
            nodes[index] = nodes[index - 1].child(path.name(index - 1));
            if (nodes[index] == null) {
                break;
            }
            index++;
        }
        found = index;
    }

    /** Finds a node without keeping the way; null when it is missing. */
    static Node find(Node root, Path path) {
        Node node = root;
        for (int i = 0; node != null && i < path.depth(); i++) {
            node = node.child(path.name(i));
        }
        return node;
    }

    Path path() {
        return path;
    }

    /** The node itself, or null. */
    Node node() {
        return found == nodes.length ? nodes[found - 1] : null;
    }

    /** The node, or the deepest ancestor that exists. */
    Node nearest() {
        return nodes[found - 1];
    }

    Node parent() {
        return nodes[nodes.length - 2];
    }

    /** How many nodes have to be made for the path to exist. */
    int missing() {
        return nodes.length - found;
    }

    /** The node, readable by this subject; a missing one is only told to who may read the nearest ancestor. */
    Node readableBy(Subject subject) throws StoreError {
        if (!nearest().acl().readable(subject)) {
            throw StoreError.of(ErrorCode.EACCES);
        }
        if (missing() > 0) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return node();
    }

    void requireWritableBy(Subject subject) throws StoreError {
        if (!nearest().acl().writable(subject)) {
            throw StoreError.of(ErrorCode.EACCES);
        }
    }

    /** The root of a tree in which a node on the way, 0 being the root, is another. */
    Node rootWith(int index, Node changed) {
        Node node = changed;
        for (int i = index - 1; i >= 0; i--) {
            node = nodes[i].withChanged(path.name(i), node);
        }
        return node;
    }

    /** The root of a tree in which the deepest existing node is another. */
    Node rootWithNearest(Node changed) {
        return rootWith(found - 1, changed);
    }

    /** The root of a tree in which the node is gone; it must exist and not be the root. */
    Node rootWithout(int by, long generation) {
        int parent = nodes.length - 2;
        Children rest = Children.without(nodes[parent].children(), path.name(parent));
        return rootWith(parent, nodes[parent].withChildren(rest, by, generation));
    }
}
