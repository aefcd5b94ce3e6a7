package dev.conduit.core.xen.grant;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps grants through a descriptor of gntdev: first the references are named, which gives an offset, then all of that
 * is mapped in one call, wherever the kernel likes. gntdev maps an offset once only, so a mirror is every reference
 * named twice, and each further try names them anew. One thread only.
 *
 * <p>The mapping is not put at a fixed place in reserved memory: the hypervisor may refuse it when what was there is
 * unmapped already, and another thread's memory could then come to lie in the gap.
 */
final class GrantMapper {

    private static final Logger LOG = LoggerFactory.getLogger(GrantMapper.class);

    /** How long pages that the owner's host has swapped out are waited for, and how long between tries. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Posix posix;
    private final GrantCalls calls;
    private final ModuleLimit limit;
    private final int fd;
    private final DomainId owner;
    private final GrantAccess access;
    private final long deadline = System.nanoTime() + PATIENCE_NANOS;

    GrantMapper(Posix posix, GrantCalls calls, ModuleLimit limit, int fd, DomainId owner, GrantAccess access) {
        this.posix = posix;
        this.calls = calls;
        this.limit = limit;
        this.fd = fd;
        this.owner = owner;
        this.access = access;
    }

    /** What came of a try: the offset in gntdev and the address; minus errno in place of what was refused. */
    record Mapped(long index, long address, int copies) {

        boolean done() {
            return address >= 0;
        }

        boolean mirrored() {
            return copies == 2;
        }
    }

    /** Mirrored if wanted and possible, else plain. */
    Mapped map(int[] refs, boolean mirrored) throws PlatformException {
        if (mirrored) {
            Mapped twice = tryMap(refs, 2);
            if (twice.done()) {
                return twice;
            }
            LOG.debug("no mirrored mapping of {} pages of domain {}: {}", refs.length, owner,
                    Errno.describe(twice.address()));
        }
        Mapped once = tryMap(refs, 1);
        if (!once.done()) {
            throw new PlatformException(once.index() < 0 ? refusedRequest(refs, once.index())
                    : refusedMapping(refs, once.address()));
        }
        return once;
    }

    private Mapped tryMap(int[] refs, int copies) {
        Mapped result = tryOnce(refs, copies);
        while (result.address() == -Errno.EINTR || result.address() == -Errno.EAGAIN && paused()) {
            result = tryOnce(refs, copies);
        }
        return result;
    }

    /** False when time is up or the thread is to end. */
    private boolean paused() {
        if (Thread.currentThread().isInterrupted() || System.nanoTime() - deadline >= 0) {
            return false;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        return true;
    }

    private Mapped tryOnce(int[] refs, int copies) {
        long index = calls.map(fd, owner, refs, copies);
        if (index < 0) {
            return new Mapped(index, index, copies);
        }
        // Without PROT_WRITE gntdev asks the hypervisor for read-only grants.
        int protection = access == GrantAccess.READ_WRITE
                ? PosixConstants.PROT_READ | PosixConstants.PROT_WRITE : PosixConstants.PROT_READ;
        long address = posix.mmap(0, bytes(refs, copies), protection, PosixConstants.MAP_SHARED, fd, index);
        if (address < 0) {
            calls.release(fd, GrantLayout.IOCTL_GNTDEV_UNMAP_GRANT_REF, index, refs.length * copies);
        }
        return new Mapped(index, address, copies);
    }

    private static long bytes(int[] refs, int copies) {
        return (long) refs.length * copies * GrantTable.PAGE_SIZE;
    }

    private String refusedRequest(int[] refs, long error) {
        return "cannot map " + refs.length + " grant references of domain " + owner + ": " + Errno.describe(error)
                + switch ((int) -error) {
                    case Errno.EINVAL -> "; gntdev takes " + limit.text() + " in one request: "
                            + limit.raise(GrantCalls.MAX_REFS);
                    case Errno.ENOMEM -> "; this domain is short of memory";
                    default -> "";
                };
    }

    /** The kernel does not say which reference was refused, so they are tried one by one: this is no common path. */
    private String refusedMapping(int[] refs, long error) {
        for (int ref : refs) {
            int[] single = {ref};
            Mapped probe = tryMap(single, 1);
            if (!probe.done()) {
                return "cannot map grant reference " + ref + " of domain " + owner + ": "
                        + Errno.describe(probe.address()) + reason((int) -probe.address());
            }
            posix.munmap(probe.address(), bytes(single, 1));
            calls.release(fd, GrantLayout.IOCTL_GNTDEV_UNMAP_GRANT_REF, probe.index(), 1);
        }
        return "cannot map " + refs.length + " grant references of domain " + owner + " together, though each alone: "
                + Errno.describe(error) + "; max_maptrack_frames of this domain may be reached";
    }

    private String reason(int error) {
        return switch (error) {
            case Errno.EINVAL -> "; it is unknown, revoked, not for this domain"
                    + (access == GrantAccess.READ_WRITE ? " or only for reading" : "");
            case Errno.EAGAIN -> "; its page is not in memory";
            case Errno.ENOMEM -> "; this domain is short of memory";
            default -> "";
        };
    }
}
