package dev.conduit.core.xen.grant;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.MappedMemory;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.xen.device.XenDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants of a Xen domain. Pages are shared through {@code /dev/xen/gntalloc}, which gives 1024 to all programs of the
 * domain unless its limit is raised, and those of others are mapped through {@code /dev/xen/gntdev}. A device is opened
 * when it is first needed, and once for each region.
 */
public final class XenGrantTable implements GrantTable, AutoCloseable {

    /** The most pages of a region. */
    static final int MAX_PAGES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(XenGrantTable.class);
    private static final Path MODULES = Path.of("/sys/module");
    /** What messages propose: a page of kernel memory each, which it takes only when used. */
    private static final int RAISED_LIMIT = 16_384;

    private final Posix posix;
    private final Path gntalloc;
    private final Path gntdev;
    private final ModuleLimit shareLimit;
    private final ModuleLimit mapLimit;
    private final GrantCalls calls;
    private final Set<XenRegion> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Creates the table; opens nothing yet.
     *
     * @param posix the system calls
     * @param gntalloc the device that shares pages
     * @param gntdev the device that maps them
     * @throws PlatformException when there is no memory for the arguments of calls
     */
    public XenGrantTable(Posix posix, Path gntalloc, Path gntdev) throws PlatformException {
        this(posix, gntalloc, gntdev, MODULES);
    }

    XenGrantTable(Posix posix, Path gntalloc, Path gntdev, Path modules) throws PlatformException {
        this.posix = posix;
        this.gntalloc = gntalloc;
        this.gntdev = gntdev;
        shareLimit = new ModuleLimit(modules.resolve("xen_gntalloc/parameters/limit"));
        mapLimit = new ModuleLimit(modules.resolve("xen_gntdev/parameters/limit"));
        calls = new GrantCalls(posix);
    }

    @Override
    public SharedPages share(DomainId peer, int pages, GrantAccess access, boolean mirrored)
            throws PlatformException {
        checkCount(pages, "pages");
        int fd = XenDevice.GNTALLOC.open(posix, gntalloc, 0);
        MappedMemory memory = null;
        boolean done = false;
        try {
            int[] refs = new int[pages];
            long index = calls.allocate(fd, peer, access == GrantAccess.READ_WRITE, refs);
            if (index < 0) {
                throw new PlatformException("cannot grant " + pages + " pages to domain " + peer + ": "
                        + Errno.describe(index) + reason((int) -index, pages));
            }
            memory = mapShare(new MappedMemory.Run(fd, index / PAGE_SIZE, pages), mirrored);
            XenShare share = new XenShare(this, "the pages granted to domain " + peer, memory, new DeviceRange(posix,
                    calls, fd, index, pages, GrantLayout.IOCTL_GNTALLOC_DEALLOC_GREF), refs);
            done = true;
            return opened(share);
        } finally {
            if (!done) {
                giveBack(fd, memory);
            }
        }
    }

    /** gntalloc maps a page as often as it is asked to, so the mirror costs no grants. */
    private MappedMemory mapShare(MappedMemory.Run run, boolean mirrored) throws PlatformException {
        if (mirrored) {
            try {
                return MappedMemory.map(posix, List.of(run), GrantAccess.READ_WRITE, true);
            } catch (PlatformException e) {
                LOG.debug("no mirrored mapping of own pages: {}", e.getMessage());
            }
        }
        return MappedMemory.map(posix, List.of(run), GrantAccess.READ_WRITE, false);
    }

    private String reason(int error, int pages) {
        return switch (error) {
            case Errno.ENOSPC -> usedUp(pages);
            case Errno.ENOMEM -> "; this domain is short of memory";
            default -> "";
        };
    }

    /** ENOSPC has two causes. Which one it is, is known only when this platform alone reaches the limit. */
    private String usedUp(int pages) {
        int held = open.stream().filter(XenShare.class::isInstance).mapToInt(XenRegion::pages).sum();
        int limit = shareLimit.value().orElse(Integer.MAX_VALUE);
        return "; gntalloc gives all programs of this domain together " + shareLimit.text() + " pages, and this platform"
                + " holds " + held + ": share less, or " + shareLimit.raise(RAISED_LIMIT)
                + (held + pages > limit ? "" : "; or the domain's grant table is full (max_grant_frames)");
    }

    @Override
    public PageRegion map(DomainId owner, int[] refs, GrantAccess access, boolean mirrored)
            throws PlatformException {
        checkCount(refs.length, "grant references");
        int[] wanted = refs.clone();
        for (int ref : wanted) {
            if (ref < 1) {
                throw new PlatformException("grant reference " + ref + " of domain " + owner + " is not positive");
            }
        }
        int fd = XenDevice.GNTDEV.open(posix, gntdev, 0);
        MappedMemory memory = null;
        boolean done = false;
        try {
            GrantMapper.Mapped mapped = new GrantMapper(posix, calls, mapLimit, fd, owner, access)
                    .map(wanted, mirrored);
            memory = MappedMemory.adopt(posix, mapped.address(), wanted.length, access, mapped.mirrored());
            XenRegion region = new XenRegion(this, "the pages of domain " + owner, memory, new DeviceRange(posix, calls,
                    fd, mapped.index(), wanted.length * mapped.copies(), GrantLayout.IOCTL_GNTDEV_UNMAP_GRANT_REF));
            done = true;
            return opened(region);
        } finally {
            if (!done) {
                giveBack(fd, memory);
            }
        }
    }

    private static void checkCount(int count, String what) {
        if (count < 1 || count > MAX_PAGES) {
            throw new IllegalArgumentException(count + " " + what + " is not between 1 and " + MAX_PAGES);
        }
    }

    /** Closing the descriptor frees the grants or mappings made through it. */
    private void giveBack(int fd, MappedMemory memory) {
        if (memory != null) {
            memory.close();
        }
        posix.close(fd);
    }

    /** Regions made while the table closes are closed here, so that none is forgotten. */
    private <R extends XenRegion> R opened(R region) throws PlatformException {
        open.add(region);
        if (closed) {
            region.close();
            throw new PlatformException("the platform is closed");
        }
        return region;
    }

    void forget(XenRegion region) {
        open.remove(region);
    }

    /** Closes every region that is still open. Idempotent. */
    @Override
    public void close() {
        closed = true;
        open.forEach(XenRegion::close);
    }
}
