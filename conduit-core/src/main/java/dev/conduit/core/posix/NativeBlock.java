package dev.conduit.core.posix;

import dev.conduit.core.PlatformException;
import java.nio.ByteBuffer;

/** Memory for the arguments of system calls, given back when nothing refers to it. */
public final class NativeBlock {

    private static final int ERRNO_MAX = 4095;

    private final long address;
    private final ByteBuffer buffer;

    /**
     * Takes zeroed memory, in whole pages.
     *
     * @param posix the system calls
     * @param size bytes
     * @throws PlatformException when there is no memory
     */
    public NativeBlock(Posix posix, int size) throws PlatformException {
        address = posix.mmap(0, size, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS, -1, 0);
        if (address < 0 && address >= -ERRNO_MAX) {
            throw new PlatformException("no memory for " + size + " bytes of arguments of system calls: "
                    + Errno.describe(address));
        }
        buffer = posix.view(address, size, () -> posix.munmap(address, size));
    }

    /**
     * Returns the address of a byte, valid for as long as this object is reachable.
     *
     * @param offset from the start
     * @return the address
     */
    public long address(int offset) {
        return address + offset;
    }

    /**
     * Returns all of it.
     *
     * @return always the same buffer, in native order
     */
    public ByteBuffer buffer() {
        return buffer;
    }
}
