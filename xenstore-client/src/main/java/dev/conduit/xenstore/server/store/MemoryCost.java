package dev.conduit.xenstore.server.store;

import java.util.List;

/**
 * What things cost the memory quota: bytes of content, and for the objects around it about what a 64-bit JVM with
 * compressed pointers takes.
 */
final class MemoryCost {

    /** A connection with its buffers. */
    static final int SESSION = 8 << 10;
    /** An open transaction besides its requests. */
    static final int TRANSACTION = 512;
    private static final int NODE = 128;
    private static final int PERMISSION = 8;
    /** What a node may take in the index of where domains are named, besides its path: once, and for each entry. */
    private static final int INDEXED = 64;
    private static final int INDEX_ENTRY = 48;
    private static final int PATH = 64;
    private static final int NAME = 56;
    /** A level of the trie of watches, or of a tree that a transaction changed for itself. */
    private static final int LEVEL = 128;
    private static final int WATCH = 192;
    private static final int STEP = 128;
    private static final int MESSAGE = 96;

    private MemoryCost() {
    }

    static long node(Acl acl, int valueLength, int nameLength, int pathLength) {
        int guests = acl.guests();
        long index = guests == 0 ? 0 : INDEXED + pathLength + (long) INDEX_ENTRY * guests;
        return NODE + nameLength + valueLength + (long) PERMISSION * acl.size() + index;
    }

    static long path(Path path) {
        return PATH + 2L * path.text().length() + (long) NAME * path.depth();
    }

    static long watch(Path path, String token) {
        return WATCH + path(path) + token.length() + (long) LEVEL * path.depth();
    }

    /** A request kept in a transaction; one that changes something copies the nodes above. */
    static long step(NodeOperation operation) {
        Path path = operation.path();
        return STEP + path(path) + operation.payloadSize()
                + (operation.readOnly() ? 0 : (long) LEVEL * (path.depth() + 1));
    }

    /** A node made or removed in a transaction. */
    static long privateNode(Path path) {
        return LEVEL + path.text().length();
    }

    static long permissions(List<?> entries) {
        return 24L * entries.size();
    }

    static long message(int wireSize) {
        return MESSAGE + wireSize;
    }
}
