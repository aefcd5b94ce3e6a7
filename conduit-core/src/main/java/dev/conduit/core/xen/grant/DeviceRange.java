package dev.conduit.core.xen.grant;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of one region at a grant device, under a descriptor of their own: closing that frees what is left, whatever
 * went wrong before, and no other region's requests can meet it.
 */
final class DeviceRange {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceRange.class);

    private final Posix posix;
    private final GrantCalls calls;
    private final int fd;
    private final long index;
    private final int count;
    private final int releaseRequest;

    /** {@code releaseRequest} is what ends it: DEALLOC_GREF or UNMAP_GRANT_REF. */
    DeviceRange(Posix posix, GrantCalls calls, int fd, long index, int count, int releaseRequest) {
        this.posix = posix;
        this.calls = calls;
        this.fd = fd;
        this.index = index;
        this.count = count;
        this.releaseRequest = releaseRequest;
    }

    /** Returns 0 or minus errno. */
    int notifyOnUnmap(int byteOffset, int port) {
        return calls.notifyOnUnmap(fd, index + byteOffset, port);
    }

    /**
     * To be called once, after unmapping: the kernel does the unmap notification when both are done. The request comes
     * first because a child process that is being started holds a copy of the descriptor for a moment.
     */
    void release() {
        int result = calls.release(fd, releaseRequest, index, count);
        if (result < 0) {
            LOG.warn("the grant device did not take back {} pages: {}", count, Errno.describe(result));
        }
        posix.close(fd);
    }
}
