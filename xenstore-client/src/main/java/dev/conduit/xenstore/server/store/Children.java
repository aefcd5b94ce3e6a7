package dev.conduit.xenstore.server.store;

import java.util.Arrays;

/**
 * Children of a node by name: a persistent AVL tree, null when empty. Changing it copies one path of at most 1.44 log2
 * n entries and shares the rest; each entry counts the names below it, so sizes and byte offsets need no walk. Where
 * all nodes are plain ({@link Acl#plain}) it also knows what they cost, however deep, so that removing them needs none.
 */
public final class Children {

    /** In place of a number of nodes: not all of them are plain. */
    private static final int MIXED = -1;

    private final Children left;
    private final Children right;
    private final String name;
    private final Node node;
    private final int height;
    private final int count;
    /** Bytes of all names here and below, each with its NUL. */
    private final int nameBytes;
    /** Nodes in all subtrees here and below, or {@link #MIXED}. */
    private final int plainNodes;
    /** What those cost. */
    private final long plainMemory;

    private Children(Children left, String name, Node node, Children right) {
        this.left = left;
        this.right = right;
        this.name = name;
        this.node = node;
        this.height = 1 + Math.max(height(left), height(right));
        this.count = 1 + count(left) + count(right);
        this.nameBytes = name.length() + 1 + nameBytes(left) + nameBytes(right);
        boolean plain = node.plain() && plain(left) && plain(right);
        this.plainNodes = plain ? node.plainNodes() + plainNodes(left) + plainNodes(right) : MIXED;
        this.plainMemory = plain ? node.plainMemory(name.length()) + plainMemory(left) + plainMemory(right) : 0;
    }

    static boolean plain(Children tree) {
        return tree == null || tree.plainNodes != MIXED;
    }

    static int plainNodes(Children tree) {
        return tree == null ? 0 : tree.plainNodes;
    }

    static long plainMemory(Children tree) {
        return tree == null ? 0 : tree.plainMemory;
    }

    static int height(Children tree) {
        return tree == null ? 0 : tree.height;
    }

    /**
     * Returns the number of children.
     *
     * @param tree may be null
     * @return 0 or more
     */
    public static int count(Children tree) {
        return tree == null ? 0 : tree.count;
    }

    /**
     * Returns the bytes of all names, each with its NUL.
     *
     * @param tree may be null
     * @return 0 or more
     */
    public static int nameBytes(Children tree) {
        return tree == null ? 0 : tree.nameBytes;
    }

    static Node get(Children tree, String name) {
        Children at = tree;
        while (at != null) {
            int order = name.compareTo(at.name);
            if (order == 0) {
                return at.node;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    static Children with(Children tree, String name, Node node) {
        if (tree == null) {
            return new Children(null, name, node, null);
        }
        int order = name.compareTo(tree.name);
        if (order == 0) {
            return new Children(tree.left, tree.name, node, tree.right);
        }
        return order < 0
                ? balanced(with(tree.left, name, node), tree, tree.right)
                : balanced(tree.left, tree, with(tree.right, name, node));
    }

    static Children without(Children tree, String name) {
        if (tree == null) {
            return null;
        }
        int order = name.compareTo(tree.name);
        if (order < 0) {
            return balanced(without(tree.left, name), tree, tree.right);
        }
        if (order > 0) {
            return balanced(tree.left, tree, without(tree.right, name));
        }
        if (tree.left == null || tree.right == null) {
            return tree.left == null ? tree.right : tree.left;
        }
        Children next = tree.right;
        while (next.left != null) {
            next = next.left;
        }
        return balanced(tree.left, next, without(tree.right, next.name));
    }

    private static Children balanced(Children left, Children middle, Children right) {
        if (height(left) > height(right) + 1) {
            if (height(left.left) >= height(left.right)) {
                return join(left.left, left, join(left.right, middle, right));
            }
            Children pivot = left.right;
            return join(join(left.left, left, pivot.left), pivot, join(pivot.right, middle, right));
        }
        if (height(right) > height(left) + 1) {
            if (height(right.right) >= height(right.left)) {
                return join(join(left, middle, right.left), right, right.right);
            }
            Children pivot = right.left;
            return join(join(left, middle, pivot.left), pivot, join(pivot.right, right, right.right));
        }
        return join(left, middle, right);
    }

    private static Children join(Children left, Children middle, Children right) {
        return new Children(left, middle.name, middle.node, right);
    }

    /** Takes each child in order of names. */
    interface Visitor {
        void child(String name, Node node);
    }

    static void forEach(Children tree, Visitor visitor) {
        if (tree != null) {
            forEach(tree.left, visitor);
            visitor.child(tree.name, tree.node);
            forEach(tree.right, visitor);
        }
    }

    /**
     * Tells whether two directories list the same names. Where both came from one by changes inside children they share
     * all but one path, and only that is looked at.
     */
    static boolean sameNames(Children a, Children b) {
        if (a == b) {
            return true;
        }
        if (count(a) != count(b) || nameBytes(a) != nameBytes(b)) {
            return false;
        }
        if (a.name.equals(b.name) && count(a.left) == count(b.left)) {
            return sameNames(a.left, b.left) && sameNames(a.right, b.right);
        }
        return Arrays.equals(encode(a, 0, nameBytes(a)), encode(b, 0, nameBytes(b)));
    }

    /**
     * Writes the names, each with its NUL, from a byte offset on: as many whole ones as fit.
     *
     * @param tree may be null
     * @param offset bytes to leave out from the front
     * @param limit most bytes to return
     * @return the names; what lies at an offset inside a name begins there
     */
    public static byte[] encode(Children tree, int offset, int limit) {
        NameWriter writer = new NameWriter(limit);
        writer.write(tree, offset);
        return writer.bytes();
    }

    private static final class NameWriter {

        private final byte[] out;
        private int used;
        private boolean full;

        NameWriter(int limit) {
            out = new byte[limit];
        }

        void write(Children tree, int offset) {
            if (tree == null || full || offset >= tree.nameBytes) {
                return;
            }
            int leftBytes = nameBytes(tree.left);
            write(tree.left, offset);
            int skip = Math.max(0, offset - leftBytes);
            append(tree.name, skip);
            write(tree.right, Math.max(0, skip - tree.name.length() - 1));
        }

        private void append(String name, int skip) {
            int length = name.length() + 1 - skip;
            if (full || length <= 0) {
                return;
            }
            if (used + length > out.length) {
                full = true;
                return;
            }
            for (int i = skip; i < name.length(); i++) {
                out[used++] = (byte) name.charAt(i);
            }
            out[used++] = 0;
        }

        byte[] bytes() {
            return used == out.length ? out : Arrays.copyOf(out, used);
        }
    }
}
