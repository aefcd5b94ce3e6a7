package dev.conduit.xenstore;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One node as a walk found it.
 *
 * @param path absolute, or relative as the walk's path was given
 * @param depth levels below the node the walk began at
 * @param value raw bytes, owned by this record
 * @param permissions as {@link XenStoreOperations#permissions}; empty when the walk did not ask for them
 */
public record XenStoreNode(String path, int depth, byte[] value, List<Permission> permissions) {

    /**
     * Returns the last part of the path.
     *
     * @return the name; {@code /} for the root
     */
    public String name() {
        return path.length() == 1 ? path : path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Returns the value as UTF-8 text.
     *
     * @return the text
     */
    public String text() {
        return new String(value, StandardCharsets.UTF_8);
    }
}
