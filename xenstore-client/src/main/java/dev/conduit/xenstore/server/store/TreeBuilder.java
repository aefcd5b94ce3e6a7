package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.PathRules;
import dev.conduit.xenstore.wire.WireHeader;
import java.util.ArrayList;
import java.util.List;

/** Puts a tree together from its nodes in the order of {@link TreeWalk}. What cannot be a tree is refused. */
public final class TreeBuilder {

    /** A node whose children are still coming. */
    private static final class Level {
        private final String name;
        private final Acl acl;
        private final long generation;
        private final byte[] value;
        private final int pathLength;
        private Children children;

        Level(String name, Acl acl, long generation, byte[] value, int pathLength) {
            this.name = name;
            this.acl = acl;
            this.generation = generation;
            this.value = value;
            this.pathLength = pathLength;
        }

        Node node() {
            return new Node(value, acl, children, Subject.PRIVILEGED, generation);
        }
    }

    private final List<Level> levels = new ArrayList<>();

    /** Begins without a node. */
    public TreeBuilder() {
    }

    /**
     * Takes the next node.
     *
     * @param depth levels below the root, 0 for the root, which comes first
     * @param name empty for the root
     * @param acl shared with others
     * @param generation number of the change that made it what it is
     * @param value kept
     * @throws IllegalArgumentException naming what cannot stand here
     */
    public void add(int depth, String name, Acl acl, long generation, byte[] value) {
        if (depth > levels.size() || depth == 0 && !levels.isEmpty()) {
            throw new IllegalArgumentException("node at depth " + depth + " follows one at depth "
                    + (levels.size() - 1));
        }
        int pathLength = 0;
        if (depth == 0) {
            if (!name.isEmpty()) {
                throw new IllegalArgumentException("the root has a name");
            }
        } else {
            fold(depth);
            pathLength = checkedLength(levels.get(depth - 1), name);
        }
        levels.add(new Level(name, acl, generation, value, pathLength));
    }

    private static int checkedLength(Level parent, String name) {
        String problem = PathRules.problem("/" + name);
        if (problem != null || name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(problem != null ? problem : "a name is empty or has a slash");
        }
        if (Children.get(parent.children, name) != null) {
            throw new IllegalArgumentException("two nodes of one parent have the name " + name);
        }
        int length = parent.pathLength + 1 + name.length();
        if (length > WireHeader.ABSOLUTE_PATH_MAX) {
            throw new IllegalArgumentException("path of " + length + " characters, at most "
                    + WireHeader.ABSOLUTE_PATH_MAX + " are allowed");
        }
        return length;
    }

    /** Closes what is as deep as a node that comes, or deeper. */
    private void fold(int depth) {
        while (levels.size() > depth) {
            Level last = levels.remove(levels.size() - 1);
            Level parent = levels.get(levels.size() - 1);
            parent.children = Children.with(parent.children, last.name, last.node());
        }
    }

    /**
     * Ends.
     *
     * @return the root
     * @throws IllegalArgumentException when no node came
     */
    public Node build() {
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("there is no root node");
        }
        fold(1);
        return levels.get(0).node();
    }
}
