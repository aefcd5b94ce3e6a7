package dev.conduit.core.net;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A socket with memory for the arguments of its calls. Each gives what the system call gives, or minus errno. */
final class SocketOptions {

    private final Posix posix;
    private final int fd;
    private final NativeBlock block;

    SocketOptions(Posix posix, int fd, int room) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.block = new NativeBlock(posix, room);
    }

    /** The arguments, in native order. */
    ByteBuffer buffer() {
        return block.buffer();
    }

    int set(int level, int name, int value) {
        block.buffer().putInt(0, value);
        return setStruct(level, name, Integer.BYTES);
    }

    /** The value stands at the front of the buffer. */
    int setStruct(int level, int name, int length) {
        return posix.setSocketOption(fd, level, name, block.address(0), length);
    }

    int get(int level, int name) throws PlatformException {
        getStruct(level, name, Integer.BYTES);
        return block.buffer().getInt(0);
    }

    /** The value comes to the front of the buffer. */
    void getStruct(int level, int name, int length) throws PlatformException {
        int got = posix.getSocketOption(fd, level, name, block.address(0), length);
        if (got < length) {
            throw new PlatformException("socket option " + name + " of level " + level + ": "
                    + (got < 0 ? Errno.describe(got) : got + " of " + length + " bytes"));
        }
    }

    int bind(InetSocketAddress address) {
        int length = SocketAddresses.put(block.buffer(), address);
        return posix.bind(fd, block.address(0), length);
    }

    int connect(InetSocketAddress address) {
        int length = SocketAddresses.put(block.buffer(), address);
        return posix.connect(fd, block.address(0), length);
    }

    /** By an address of the family AF_UNSPEC, which is 0. */
    int disconnect() {
        block.buffer().putLong(0, 0).putLong(Long.BYTES, 0);
        return posix.connect(fd, block.address(0), 2 * Long.BYTES);
    }

    /** Null when there is nobody any more. */
    InetSocketAddress peer() {
        int length = posix.peerName(fd, block.address(0), SocketAddresses.SIZE);
        return length < 0 ? null : SocketAddresses.get(block.buffer());
    }

    long write(byte[] bytes, int from, int length) {
        block.buffer().put(0, bytes, from, length);
        return posix.write(fd, block.address(0), length);
    }
}
