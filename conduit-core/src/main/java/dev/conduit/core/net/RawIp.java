package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_RAW;
import static dev.conduit.core.net.NetConstants.SOCK_RAW;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Sends a whole IP packet, header and all, wherever its destination is: also to this machine itself, as if it came from
 * its source. raw(7), ipv6(7). Needs CAP_NET_RAW.
 */
public final class RawIp {

    private static final String RIGHT = "CAP_NET_RAW";
    private static final int PACKET_MAX = 65_535;

    private RawIp() {
    }

    /**
     * Sends one packet.
     *
     * @param destination the packet's destination
     * @param packet IPv4 or IPv6, complete; the position is not moved
     * @throws PlatformException when it cannot be sent
     * @throws IllegalArgumentException when it is longer than 65535 bytes
     */
    public static void send(InetAddress destination, ByteBuffer packet) throws PlatformException {
        if (packet.remaining() > PACKET_MAX) {
            throw new IllegalArgumentException("packet of " + packet.remaining() + " bytes, at most " + PACKET_MAX);
        }
        Posix posix = PosixLoader.posix();
        String what = "raw packet to " + destination.getHostAddress();
        int fd = posix.socket(SocketAddresses.family(destination), SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
        if (fd < 0) {
            throw Refused.exception(what, RIGHT, fd);
        }
        try {
            NativeBlock block = new NativeBlock(posix, PACKET_MAX);
            int length = SocketAddresses.put(block.buffer(), new InetSocketAddress(destination, 0));
            long result = posix.connect(fd, block.address(0), length);
            if (result >= 0) {
                block.buffer().put(0, packet, packet.position(), packet.remaining());
                result = posix.write(fd, block.address(0), packet.remaining());
            }
            if (result < 0) {
                throw Refused.exception(what, RIGHT, result);
            }
        } finally {
            posix.close(fd);
        }
    }
}
