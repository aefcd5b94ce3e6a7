package dev.conduit.core.socket;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.nio.ByteBuffer;

/** Memory for the arguments of system calls, given back when nothing refers to it. */
final class NativeBlock {

    private static final int ERRNO_MAX = 4095;

    private final long address;
    private final ByteBuffer buffer;

    NativeBlock(Posix posix, int size) throws PlatformException {
        address = posix.mmap(0, size, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS, -1, 0);
        if (address < 0 && address >= -ERRNO_MAX) {
            throw new PlatformException("no memory for sockets: " + Errno.name((int) -address));
        }
        buffer = posix.view(address, size, () -> posix.munmap(address, size));
    }

    /** Address of a byte; valid while this is used. */
    long address(int offset) {
        return address + offset;
    }

    /** All of it, in native order. */
    ByteBuffer buffer() {
        return buffer;
    }
}
