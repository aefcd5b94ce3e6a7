package dev.conduit.core.xen.grant;

import dev.conduit.core.DomainId;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.nio.ByteBuffer;

/**
 * The requests of the two grant devices. Thread-safe: one at a time, in one block of memory. Results are those of
 * ioctl(2), minus errno when it failed; calls that a signal interrupted are made again.
 */
final class GrantCalls {

    /** The most references of one request: 512 pages and their mirror. */
    static final int MAX_REFS = 2 * XenGrantTable.MAX_PAGES;

    private final Posix posix;
    private final NativeBlock block;
    private final ByteBuffer argument;

    GrantCalls(Posix posix) throws PlatformException {
        this.posix = posix;
        block = new NativeBlock(posix, GrantLayout.MAP_REFS + MAX_REFS * GrantLayout.REF_SIZE);
        argument = block.buffer();
    }

    /** Allocates a page for each element of {@code refs}, which it fills; returns the offset for mmap. */
    synchronized long allocate(int fd, DomainId peer, boolean writable, int[] refs) {
        argument.putShort(GrantLayout.ALLOC_DOMID, (short) peer.value());
        argument.putShort(GrantLayout.ALLOC_FLAGS, (short) (writable ? GrantLayout.GNTALLOC_FLAG_WRITABLE : 0));
        argument.putInt(GrantLayout.ALLOC_COUNT, refs.length);
        int result = request(fd, GrantLayout.IOCTL_GNTALLOC_ALLOC_GREF);
        if (result < 0) {
            return result;
        }
        for (int i = 0; i < refs.length; i++) {
            refs[i] = argument.getInt(GrantLayout.ALLOC_REFS + i * Integer.BYTES);
        }
        return argument.getLong(GrantLayout.ALLOC_INDEX);
    }

    /** Names grants to map, all of them {@code copies} times over; returns the offset for mmap. */
    synchronized long map(int fd, DomainId owner, int[] refs, int copies) {
        int count = refs.length * copies;
        argument.putInt(GrantLayout.MAP_COUNT, count);
        for (int i = 0; i < count; i++) {
            int offset = GrantLayout.MAP_REFS + i * GrantLayout.REF_SIZE;
            argument.putInt(offset + GrantLayout.REF_DOMID, owner.value());
            argument.putInt(offset + GrantLayout.REF_REF, refs[i % refs.length]);
        }
        int result = request(fd, GrantLayout.IOCTL_GNTDEV_MAP_GRANT_REF);
        return result < 0 ? result : argument.getLong(GrantLayout.MAP_INDEX);
    }

    /** Gives grants or mappings back; {@code request} is DEALLOC_GREF or UNMAP_GRANT_REF. */
    synchronized int release(int fd, int request, long index, int count) {
        argument.putLong(GrantLayout.RANGE_INDEX, index);
        argument.putInt(GrantLayout.RANGE_COUNT, count);
        return request(fd, request);
    }

    /** Has the byte at an index cleared and an event sent when the mapping goes. */
    synchronized int notifyOnUnmap(int fd, long index, int port) {
        argument.putLong(GrantLayout.NOTIFY_INDEX, index);
        argument.putInt(GrantLayout.NOTIFY_ACTION,
                GrantLayout.UNMAP_NOTIFY_CLEAR_BYTE | GrantLayout.UNMAP_NOTIFY_SEND_EVENT);
        argument.putInt(GrantLayout.NOTIFY_PORT, port);
        return request(fd, GrantLayout.IOCTL_SET_UNMAP_NOTIFY);
    }

    private int request(int fd, int request) {
        int result = posix.ioctl(fd, request, block.address(0));
        while (result == -Errno.EINTR) {
            result = posix.ioctl(fd, request, block.address(0));
        }
        return result;
    }
}
