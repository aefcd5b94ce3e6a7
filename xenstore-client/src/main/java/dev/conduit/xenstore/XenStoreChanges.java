package dev.conduit.xenstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Changes in the order in which they are to be made, for {@link XenStoreOperations#apply}. Not thread-safe. */
public final class XenStoreChanges {

    /** What is done to a node. */
    public enum Kind {
        /** As {@link XenStoreOperations#write(String, byte[])}. */
        WRITE,
        /** As {@link XenStoreOperations#remove}. */
        REMOVE,
        /** As {@link XenStoreOperations#setPermissions}. */
        SET_PERMISSIONS
    }

    /**
     * One change.
     *
     * @param kind what
     * @param path of which node
     * @param value what is written; else empty
     * @param permissions what is set; else none
     */
    public record Change(Kind kind, String path, byte[] value, List<Permission> permissions) {}

    private static final byte[] NOTHING = {};

    private final List<Change> changes = new ArrayList<>();

    /** Begins with none. */
    public XenStoreChanges() {}

    /**
     * Writes text as UTF-8.
     *
     * @param path node
     * @param value text
     * @return this
     */
    public XenStoreChanges write(String path, String value) {
        return write(path, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes.
     *
     * @param path node
     * @param value raw bytes; not copied
     * @return this
     */
    public XenStoreChanges write(String path, byte[] value) {
        changes.add(new Change(Kind.WRITE, path, value, List.of()));
        return this;
    }

    /**
     * Writes text as UTF-8, and replaces the permissions.
     *
     * @param path node
     * @param value text
     * @param permissions at least one entry
     * @return this
     */
    public XenStoreChanges write(String path, String value, List<Permission> permissions) {
        return write(path, value).setPermissions(path, permissions);
    }

    /**
     * Replaces the permissions of a node.
     *
     * @param path node
     * @param permissions at least one entry
     * @return this
     */
    public XenStoreChanges setPermissions(String path, List<Permission> permissions) {
        changes.add(new Change(Kind.SET_PERMISSIONS, path, NOTHING, permissions));
        return this;
    }

    /**
     * Removes a node with everything below.
     *
     * @param path node
     * @return this
     */
    public XenStoreChanges remove(String path) {
        changes.add(new Change(Kind.REMOVE, path, NOTHING, List.of()));
        return this;
    }

    /**
     * Returns what was added so far.
     *
     * @return in order; a copy
     */
    public List<Change> list() {
        return List.copyOf(changes);
    }
}
