package dev.conduit.xenstore.server.store;

import java.util.ArrayDeque;
import java.util.Deque;

/** Visits all nodes of a tree, a parent before what is below it; no recursion, however deep. */
public final class TreeWalk {

    private record Found(int depth, String name, Node node) {
    }

    /**
     * Takes each node.
     *
     * @param <E> what it throws
     */
    public interface Visitor<E extends Exception> {

        /**
         * Takes a node.
         *
         * @param depth levels below the root, 0 for the root
         * @param name empty for the root
         * @param node the node
         * @throws E ends the walk
         */
        void node(int depth, String name, Node node) throws E;
    }

    private TreeWalk() {
    }

    /**
     * Walks.
     *
     * @param <E> what the visitor throws
     * @param root top of the tree
     * @param visitor takes each node
     * @throws E by the visitor
     */
    public static <E extends Exception> void walk(Node root, Visitor<E> visitor) throws E {
        Deque<Found> open = new ArrayDeque<>();
        open.push(new Found(0, "", root));
        while (!open.isEmpty()) {
            Found next = open.pop();
            visitor.node(next.depth, next.name, next.node);
            Children.forEach(next.node.children(), (name, child) -> open.push(new Found(next.depth + 1, name, child)));
        }
    }
}
