package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two nodes by which a client finds a server: {@code <path>/ring-ref} and {@code <path>/event-channel}. */
final class VchanNodes {

    static final String RING_REF = "ring-ref";
    static final String EVENT_CHANNEL = "event-channel";
    /** libxenvchan puts path, slash, {@code event-channel} and a zero byte in 64 bytes, and cuts off what is longer. */
    private static final int MAX_PATH = 49;
    /** The folders of the usual path that are removed with the last vchan in them, in any domain's home. */
    private static final String FOLDERS = "(.*/)?data/vchan(/.*)?";

    private static final Logger LOG = LoggerFactory.getLogger(VchanNodes.class);

    private final Platform platform;
    private final DomainId client;
    private final int ringRef;
    private final int eventChannel;
    private String published;

    VchanNodes(Platform platform, DomainId client, int ringRef, int eventChannel) {
        this.platform = platform;
        this.client = client;
        this.ringRef = ringRef;
        this.eventChannel = eventChannel;
    }

    int ringRef() {
        return ringRef;
    }

    int eventChannel() {
        return eventChannel;
    }

    /** Writes both nodes, readable by the client only. */
    synchronized void publish(XenStoreOperations store, String path) throws XenStoreException {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IllegalArgumentException("vchan path '" + path + "' has " + length + " bytes, more than the "
                    + MAX_PATH + " that libxenvchan does not cut off");
        }
        if (published != null && !published.equals(path)) {
            throw new IllegalStateException("vchan is published at '" + published + "' already, not '" + path + "'");
        }
        published = path;
        List<Permission> permissions = List.of(new Permission(Access.NONE, platform.self().value()),
                new Permission(Access.READ, client.value()));
        write(store, path + "/" + RING_REF, ringRef, permissions);
        write(store, path + "/" + EVENT_CHANNEL, eventChannel, permissions);
    }

    synchronized void publish(String path) throws XenStoreException {
        boolean keep = published != null;
        try {
            platform.xenStore().transaction(transaction -> {
                publish(transaction, path);
                return null;
            });
            keep = true;
        } catch (XenStoreException e) {
            throw StoreRefusal.of("cannot publish the vchan with ring-ref " + ringRef + " at '" + path + "'",
                    platform.self(), e);
        } finally {
            if (!keep) {
                remove(); // when the server was lost at the commit, they may be there
            }
        }
    }

    /** Removes the nodes, unless another server has taken the path, and the folders that are empty then. */
    synchronized void remove() {
        if (published == null) {
            return;
        }
        String path = published;
        try {
            platform.xenStore().transaction(transaction -> {
                String ref = transaction.readStringOptional(path + "/" + RING_REF).orElse("");
                if (ref.equals(Integer.toString(ringRef))) {
                    transaction.remove(path);
                    removeEmptyFolders(transaction, path);
                }
                return null;
            });
            published = null;
        } catch (XenStoreException e) {
            LOG.debug("nodes of the vchan at {} stay: {}", path, e.getMessage());
        }
    }

    private static void removeEmptyFolders(XenStoreOperations transaction, String path) throws XenStoreException {
        try {
            String folder = parent(path);
            while (folder.matches(FOLDERS) && transaction.list(folder).isEmpty()) {
                transaction.remove(folder);
                folder = parent(folder);
            }
        } catch (XenStoreException e) {
            if (!e.is("EACCES")) {
                throw e; // a folder of somebody else stays
            }
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static void write(XenStoreOperations store, String path, int value, List<Permission> permissions)
            throws XenStoreException {
        store.write(path, Integer.toString(value));
        store.setPermissions(path, permissions);
    }
}
