package dev.conduit.core.xen;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.core.xen.device.XenDevice;
import dev.conduit.core.xen.event.XenEventChannels;
import dev.conduit.core.xen.grant.XenGrantTable;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Path;

/**
 * The domain this Linux is: a guest of Xen, or dom0. Pages are granted through {@code /dev/xen/gntalloc} and mapped
 * through {@code /dev/xen/gntdev}, events go through {@code /dev/xen/evtchn}, and XenStore is the socket of dom0 or the
 * device {@code /dev/xen/xenbus}; hypercalls ({@code privcmd}) are not needed.
 *
 * <p>Thread-safe. What a process leaves open when it ends, however it ends, the kernel gives back.
 */
public final class XenPlatform implements Platform {

    private final DomainId self;
    private final XenGrantTable table;
    private final LookingGrants grants;
    private final DomainSigns signs;
    private final XenEventChannels events;
    private final XenStoreClient xenStore;

    private XenPlatform(DomainId self, XenGrantTable table, XenEventChannels events, XenStoreClient xenStore) {
        this.self = self;
        this.table = table;
        this.events = events;
        this.xenStore = xenStore;
        this.signs = new DomainSigns(xenStore, self);
        this.grants = new LookingGrants(table, signs);
    }

    /**
     * Opens the platform of the domain this process runs in.
     *
     * @return to be closed
     * @throws PlatformException when a device or XenStore cannot be used: which, why, and what helps
     */
    public static XenPlatform open() throws PlatformException {
        if (PosixLoader.unavailable() != null) {
            throw new PlatformException(PosixLoader.unavailable());
        }
        return open(PosixLoader.posix(), Path.of("/"), XenStoreClients::connect);
    }

    /** Makes the connection to XenStore. */
    interface XenStoreConnector {

        XenStoreClient connect() throws XenStoreException;
    }

    static XenPlatform open(Posix posix, Path root, XenStoreConnector connector) throws PlatformException {
        XenEventChannels events = XenEventChannels.open(posix, XenDevice.EVTCHN.path(root));
        XenStoreClient xenStore = null;
        boolean done = false;
        try {
            xenStore = connect(connector);
            XenPlatform platform = new XenPlatform(self(xenStore), new XenGrantTable(posix,
                    XenDevice.GNTALLOC.path(root), XenDevice.GNTDEV.path(root)), events, xenStore);
            platform.signs.show();
            done = true;
            return platform;
        } finally {
            if (!done) {
                events.close();
                if (xenStore != null) {
                    xenStore.close();
                }
            }
        }
    }

    private static XenStoreClient connect(XenStoreConnector connector) throws PlatformException {
        try {
            return connector.connect();
        } catch (XenStoreException e) {
            throw new PlatformException("cannot reach XenStore: " + e.getMessage(), e);
        }
    }

    private static DomainId self(XenStoreClient xenStore) throws PlatformException {
        try {
            return DomainId.parse(xenStore.readString("domid"));
        } catch (XenStoreException | IllegalArgumentException e) {
            throw new PlatformException("XenStore's node 'domid' does not say which domain this is: "
                    + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return XenPlatformProvider.NAME;
    }

    @Override
    public DomainId self() {
        return self;
    }

    @Override
    public GrantTable grants() {
        return grants;
    }

    @Override
    public EventChannels events() {
        return events;
    }

    @Override
    public XenStoreClient xenStore() {
        return xenStore;
    }

    /**
     * Asks the hypervisor, and when that still has the domain XenStore. A guest sees the end of another one whose pages
     * it has mapped only when that one uses this library, too.
     */
    @Override
    public boolean isAlive(DomainId domain) throws PlatformException {
        return events.exists(domain) && (domain.equals(self) || !signs.gone(domain));
    }

    @Override
    public void close() {
        table.close();
        events.close();
        xenStore.close();
    }
}
