package dev.conduit.xenstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reading and changing the store, either at once or inside a transaction.
 *
 * <p>Paths are absolute, or relative to the home of the connection's domain. Every call blocks for one exchange with
 * the server, a long list or a walk for several, each bounded by the client's request time-out, and throws
 * {@link XenStoreException} with the server's error string when it is refused.
 */
public interface XenStoreOperations {

    /**
     * Reads a value.
     *
     * @param path node
     * @return the raw bytes, possibly empty
     * @throws XenStoreException ENOENT, EACCES, EINVAL and others
     */
    byte[] read(String path) throws XenStoreException;

    /**
     * Reads a value that may be missing.
     *
     * @param path node
     * @return the raw bytes, or empty when the node does not exist
     * @throws XenStoreException every error but ENOENT
     */
    Optional<byte[]> readOptional(String path) throws XenStoreException;

    /**
     * Reads several values, asked for together: over a connection that takes many requests at a time they cost few
     * exchanges. Outside a transaction this is not one moment of the store.
     *
     * @param paths nodes
     * @return for each the raw bytes, or empty when the node does not exist
     * @throws XenStoreException the first error but ENOENT
     */
    default List<Optional<byte[]>> readAll(List<String> paths) throws XenStoreException {
        List<Optional<byte[]>> values = new ArrayList<>(paths.size());
        for (String path : paths) {
            values.add(readOptional(path));
        }
        return values;
    }

    /**
     * Lists the names of a node's children, in the server's order. A list too long for one reply is read in several, and
     * is still the list of one moment: when it keeps changing meanwhile, it is read in a transaction.
     *
     * @param path node
     * @return names, possibly none
     * @throws XenStoreException ENOENT, EACCES, EINVAL and others
     */
    List<String> list(String path) throws XenStoreException;

    /**
     * Reads a node with everything below, many requests under way at a time. Outside a transaction this is not one
     * moment of the store: what disappears meanwhile is left out. So is what lies below the first node and may not be
     * read.
     *
     * @param path first node
     * @param limits how much to read at most
     * @return nodes, each before its children, children in the server's order
     * @throws XenStoreException E2BIG (more than the limits allow); ENOENT, EACCES (of the first node), EINVAL and others
     */
    List<XenStoreNode> walk(String path, WalkLimits limits) throws XenStoreException;

    /**
     * Writes a value; missing nodes on the way are made, empty.
     *
     * @param path node
     * @param value raw bytes
     * @throws XenStoreException EACCES, EINVAL, ENOSPC and others
     */
    void write(String path, byte[] value) throws XenStoreException;

    /**
     * Makes a node with an empty value, unless it exists.
     *
     * @param path node
     * @throws XenStoreException EACCES, EINVAL, ENOSPC and others
     */
    void mkdir(String path) throws XenStoreException;

    /**
     * Removes a node with everything below. A missing node is no error when its parent exists.
     *
     * @param path node
     * @throws XenStoreException ENOENT, EACCES, EINVAL and others
     */
    void remove(String path) throws XenStoreException;

    /**
     * Reads a node's permissions; the first entry's domain is the owner.
     *
     * @param path node
     * @return at least one entry
     * @throws XenStoreException ENOENT, EACCES, EINVAL and others
     */
    List<Permission> permissions(String path) throws XenStoreException;

    /**
     * Replaces a node's permissions.
     *
     * @param path node
     * @param permissions at least one entry; the first is the owner with the access of everybody not listed
     * @throws XenStoreException ENOENT, EACCES, EPERM, EINVAL and others
     */
    void setPermissions(String path, List<Permission> permissions) throws XenStoreException;

    /**
     * Reads value and permissions of a node that may be missing, asked for together: over a connection that takes many
     * requests at a time they cost one exchange. Outside a transaction they are not of one moment.
     *
     * @param path node
     * @return the node, with depth 0; empty when it does not exist
     * @throws XenStoreException every error but ENOENT
     */
    default Optional<XenStoreNode> node(String path) throws XenStoreException {
        try {
            return Optional.of(new XenStoreNode(path, 0, read(path), permissions(path)));
        } catch (XenStoreException e) {
            if (e.is("ENOENT")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Makes several changes, asked for together: over a connection that takes many requests at a time they cost one
     * exchange. Each is made whether or not one before it was refused, so this is for transactions, which are aborted
     * then.
     *
     * @param changes at least one
     * @throws XenStoreException the first refusal, after all were answered
     */
    default void apply(XenStoreChanges changes) throws XenStoreException {
        XenStoreException first = null;
        for (XenStoreChanges.Change change : changes.list()) {
            try {
                switch (change.kind()) {
                    case WRITE -> write(change.path(), change.value());
                    case REMOVE -> remove(change.path());
                    default -> setPermissions(change.path(), change.permissions());
                }
            } catch (XenStoreException refused) {
                first = first == null ? refused : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Reads a value as UTF-8 text.
     *
     * @param path node
     * @return the text
     * @throws XenStoreException as {@link #read}
     */
    default String readString(String path) throws XenStoreException {
        return new String(read(path), StandardCharsets.UTF_8);
    }

    /**
     * Reads a value that may be missing, as UTF-8 text.
     *
     * @param path node
     * @return the text, or empty when the node does not exist
     * @throws XenStoreException as {@link #readOptional}
     */
    default Optional<String> readStringOptional(String path) throws XenStoreException {
        return readOptional(path).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /**
     * Writes text as UTF-8.
     *
     * @param path node
     * @param value text
     * @throws XenStoreException as {@link #write(String, byte[])}
     */
    default void write(String path, String value) throws XenStoreException {
        write(path, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Tells whether a node exists and may be read.
     *
     * @param path node
     * @return false only for ENOENT
     * @throws XenStoreException every error but ENOENT
     */
    default boolean exists(String path) throws XenStoreException {
        return readOptional(path).isPresent();
    }
}
