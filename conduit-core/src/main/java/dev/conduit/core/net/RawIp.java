package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_RAW;
import static dev.conduit.core.net.NetConstants.SOCK_RAW;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.io.Closeable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * Sends whole IP packets, header and all, wherever their destination is: also to this machine itself, which takes them
 * as if they came from their source. raw(7), ipv6(7). Needs CAP_NET_RAW. Thread-safe.
 */
public final class RawIp implements Closeable {

    private static final int PACKET_MAX = 65_535;

    private final Posix posix;
    private final int fd;
    private final NativeBlock block;
    private boolean closed;

    private RawIp(Posix posix, int fd) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.block = new NativeBlock(posix, PACKET_MAX);
    }

    /**
     * Opens a socket for packets of one family.
     *
     * @param address any of the family
     * @return the socket
     * @throws PlatformException when it cannot be had; says what is missing
     */
    public static RawIp open(InetAddress address) throws PlatformException {
        Posix posix = PosixLoader.posix();
        int fd = posix.socket(SocketAddresses.family(address), SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
        if (fd < 0) {
            throw Refused.exception("raw socket", "CAP_NET_RAW", fd);
        }
        boolean done = false;
        try {
            RawIp made = new RawIp(posix, fd);
            done = true;
            return made;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Sends one packet.
     *
     * @param destination the packet's destination
     * @param packet complete; the position is not moved
     * @throws PlatformException when it cannot be sent
     * @throws ClosedChannelException when this is closed
     * @throws IllegalArgumentException when it is longer than 65535 bytes
     */
    public synchronized void send(InetAddress destination, ByteBuffer packet)
            throws PlatformException, ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        int length = packet.remaining();
        if (length > PACKET_MAX) {
            throw new IllegalArgumentException("packet of " + length + " bytes, at most " + PACKET_MAX + " are possible");
        }
        int address = SocketAddresses.put(block.buffer(), new InetSocketAddress(destination, 0));
        long result = posix.connect(fd, block.address(0), address);
        if (result >= 0) {
            block.buffer().put(0, packet, packet.position(), length);
            result = posix.write(fd, block.address(0), length);
        }
        if (result < 0) {
            throw Refused.exception("raw packet to " + destination.getHostAddress(), "CAP_NET_RAW", result);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            posix.close(fd);
        }
    }
}
