package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.AF_INET6;
import static dev.conduit.core.net.NetConstants.AF_NETLINK;
import static dev.conduit.core.net.NetConstants.NETLINK_ROUTE;
import static dev.conduit.core.net.NetConstants.NLM_F_CREATE;
import static dev.conduit.core.net.NetConstants.NLM_F_REPLACE;
import static dev.conduit.core.net.NetConstants.SOCK_RAW;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.io.Closeable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Addresses and routes of this network namespace: rtnetlink(7). Needs CAP_NET_ADMIN. Each call is one request, which the
 * kernel has done when it returns; it blocks for as long as the kernel needs, 10 s at most. Thread-safe.
 */
public final class Rtnetlink implements Closeable {

    private static final String RIGHT = "CAP_NET_ADMIN";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Posix posix;
    private final int fd;
    private final NativeBlock block;
    private int sequence;
    private boolean closed;

    private Rtnetlink(Posix posix, int fd) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.block = new NativeBlock(posix, NetlinkRequest.ROOM);
    }

    /**
     * Opens it.
     *
     * @return to be closed
     * @throws PlatformException when the system has no descriptor or memory for it
     */
    public static Rtnetlink open() throws PlatformException {
        return open(PosixLoader.posix());
    }

    static Rtnetlink open(Posix posix) throws PlatformException {
        int fd = posix.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0) {
            throw Refused.exception("a socket to set addresses", "a right", fd);
        }
        boolean done = false;
        try {
            Rtnetlink made = new Rtnetlink(posix, fd);
            done = true;
            return made;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Gives an interface an address, which it may have already. An IPv6 address can be used at once: nobody is asked whether
     * it is free.
     *
     * @param device the interface
     * @param address it
     * @param prefix bits of its network, 1 to 32 or 128
     * @throws PlatformException when there is no such interface, or the right is missing; one line
     * @throws ClosedChannelException when this is closed
     * @throws IllegalArgumentException when the prefix is out of its range, or no interface can have that name
     */
    public synchronized void putAddress(String device, InetAddress address, int prefix)
            throws PlatformException, ClosedChannelException {
        NetlinkRequest request = address(NetConstants.RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index(device), address, prefix);
        require(call(request), "address " + text(address, prefix), device);
    }

    /**
     * Takes an address from an interface. It is no error when that has not got it, or is not there.
     *
     * @param device the interface
     * @param address it
     * @param prefix bits of its network, as it was put
     * @throws PlatformException when the right is missing; one line
     * @throws ClosedChannelException when this is closed
     * @throws IllegalArgumentException when the prefix is out of its range, or no interface can have that name
     */
    public synchronized void removeAddress(String device, InetAddress address, int prefix)
            throws PlatformException, ClosedChannelException {
        int index = indexIfAny(device);
        if (index == 0) {
            return;
        }
        int result = call(address(NetConstants.RTM_DELADDR, 0, index, address, prefix));
        if (result != -Errno.EADDRNOTAVAIL) {
            require(result, "address " + text(address, prefix), device);
        }
    }

    /**
     * Says that a network is reached directly through an interface, in the place of a route there of the same metric.
     *
     * @param device the interface, which is up
     * @param source the address that packets there are sent from, which the network is that of
     * @param prefix bits of the network
     * @param metric of routes to the same network, the one with the lowest counts
     * @throws PlatformException when there is no such interface, the address is not here, or the right is missing; one line
     * @throws ClosedChannelException when this is closed
     * @throws IllegalArgumentException when the prefix is out of its range, or no interface can have that name
     */
    public synchronized void putRoute(String device, InetAddress source, int prefix, int metric)
            throws PlatformException, ClosedChannelException {
        InetAddress network = network(source, prefix);
        boolean six = SocketAddresses.family(source) == AF_INET6;
        NetlinkRequest request = request(NetConstants.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, NetLayout.RTMSG_SIZE)
                .put(NetLayout.RTMSG_FAMILY, SocketAddresses.family(source))
                .put(NetLayout.RTMSG_DST_LEN, prefix)
                .put(NetLayout.RTMSG_TABLE, NetConstants.RT_TABLE_MAIN)
                .put(NetLayout.RTMSG_PROTOCOL, NetConstants.RTPROT_BOOT)
                .put(NetLayout.RTMSG_SCOPE, six ? NetConstants.RT_SCOPE_UNIVERSE : NetConstants.RT_SCOPE_LINK)
                .put(NetLayout.RTMSG_TYPE, NetConstants.RTN_UNICAST)
                .attribute(NetConstants.RTA_DST, network)
                .attribute(NetConstants.RTA_OIF, index(device))
                .attribute(NetConstants.RTA_PREFSRC, source)
                .attribute(NetConstants.RTA_PRIORITY, metric);
        require(call(request), "route to " + text(network, prefix) + " from " + source.getHostAddress(), device);
    }

    private NetlinkRequest address(short type, int flags, int index, InetAddress address, int prefix) {
        requirePrefix(address, prefix);
        return request(type, flags, NetLayout.IFADDR_SIZE)
                .put(NetLayout.IFADDR_FAMILY, SocketAddresses.family(address))
                .put(NetLayout.IFADDR_PREFIXLEN, prefix)
                .put(NetLayout.IFADDR_FLAGS, SocketAddresses.family(address) == AF_INET6 ? NetConstants.IFA_F_NODAD : 0)
                .putInt(NetLayout.IFADDR_INDEX, index)
                .attribute(NetConstants.IFA_LOCAL, address)
                .attribute(NetConstants.IFA_ADDRESS, address);
    }

    private NetlinkRequest request(short type, int flags, int fixedPart) {
        return new NetlinkRequest(block.buffer(), type, flags, ++sequence, fixedPart);
    }

    private int index(String device) throws PlatformException {
        try (Interface named = new Interface(posix, device)) {
            return named.index();
        }
    }

    /** 0 when there is none. */
    private int indexIfAny(String device) throws PlatformException {
        try (Interface named = new Interface(posix, device)) {
            return named.indexIfAny();
        }
    }

    /** What the kernel says: 0 or minus errno. */
    private int call(NetlinkRequest request) throws PlatformException, ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        long result = posix.write(fd, block.address(0), request.end());
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (result >= 0) {
            result = posix.read(fd, block.address(0), NetlinkRequest.ROOM);
            if (result >= NetLayout.NLMSG_SIZE + NetLayout.NLMSGERR_SIZE && isAnswer()) {
                return block.buffer().getInt(NetLayout.NLMSG_SIZE + NetLayout.NLMSGERR_ERROR);
            }
            if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                result = left <= 0 ? -Errno.ETIMEDOUT : Math.max(0, posix.pollIn(fd, (int) left));
            }
        }
        return (int) result;
    }

    /** Not of an earlier request, whose answer came too late. */
    private boolean isAnswer() {
        return block.buffer().getShort(NetLayout.NLMSG_TYPE) == NetConstants.NLMSG_ERROR
                && block.buffer().getInt(NetLayout.NLMSG_SEQ) == sequence;
    }

    private static void require(int result, String what, String device) throws PlatformException {
        String where = what + " on interface " + device;
        if (result == -Errno.EACCES) {
            // Of a right that is missing, rtnetlink says EPERM.
            throw new PlatformException(where + ": IPv6 is switched off there (EACCES): set net.ipv6.conf." + device
                    + ".disable_ipv6 to 0");
        }
        if (result < 0) {
            throw Refused.exception(where, RIGHT, result);
        }
    }

    private static String text(InetAddress address, int prefix) {
        return address.getHostAddress() + "/" + prefix;
    }

    private static void requirePrefix(InetAddress address, int prefix) {
        int most = address.getAddress().length * Byte.SIZE;
        if (prefix < 1 || prefix > most) {
            throw new IllegalArgumentException(
                    "prefix " + prefix + " of " + address.getHostAddress() + " is not between 1 and " + most);
        }
    }

    /**
     * Gives the network an address is in.
     *
     * @param address of either family
     * @param prefix bits of the network, 1 to 32 or 128
     * @return the address with nothing but its prefix
     * @throws IllegalArgumentException when the prefix is out of its range
     */
    public static InetAddress network(InetAddress address, int prefix) {
        requirePrefix(address, prefix);
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
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
