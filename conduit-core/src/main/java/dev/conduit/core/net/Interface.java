package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.AF_INET;
import static dev.conduit.core.net.NetConstants.ARPHRD_ETHER;
import static dev.conduit.core.net.NetConstants.IFF_UP;
import static dev.conduit.core.net.NetConstants.SIOCGIFFLAGS;
import static dev.conduit.core.net.NetConstants.SIOCGIFHWADDR;
import static dev.conduit.core.net.NetConstants.SIOCGIFINDEX;
import static dev.conduit.core.net.NetConstants.SIOCGIFMTU;
import static dev.conduit.core.net.NetConstants.SIOCSIFFLAGS;
import static dev.conduit.core.net.NetConstants.SOCK_DGRAM;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;

/**
 * An interface by its name: netdevice(7). Java's NetworkInterface does not know those that have no address, as a bridge
 * or a vif often has none.
 */
final class Interface implements AutoCloseable {

    private static final int NAME_MAX = NetLayout.IFREQ_NAME_SIZE - 1;
    private static final int MAC_SIZE = 6;

    private final Posix posix;
    private final String name;
    private final NativeBlock request;
    private final int socket;

    Interface(Posix posix, String name) throws PlatformException {
        this.posix = posix;
        this.name = name;
        request = new NativeBlock(posix, NetLayout.IFREQ_SIZE);
        request.buffer().put(0, encode(name));
        socket = posix.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw Refused.exception("a socket to ask for interfaces", "a right", socket);
        }
    }

    /** The name in the bytes a {@code struct ifreq} takes. */
    static byte[] encode(String name) {
        if (!name.matches("[!-~&&[^/:%]]{1," + NAME_MAX + "}") || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("'" + name + "' is no name of an interface: 1 to " + NAME_MAX
                    + " printable ASCII characters without space, '/', ':' and '%'");
        }
        return name.getBytes(US_ASCII);
    }

    private void call(int number, String right) throws PlatformException {
        int result = posix.ioctl(socket, number, request.address(0));
        if (result == -Errno.ENODEV) {
            throw new PlatformException("there is no interface " + name + " in this network namespace");
        }
        if (result < 0) {
            throw Refused.exception("interface " + name, right, result);
        }
    }

    int index() throws PlatformException {
        call(SIOCGIFINDEX, "a right");
        return request.buffer().getInt(NetLayout.IFREQ_DATA);
    }

    /** 0 when there is no such interface. */
    int indexIfAny() throws PlatformException {
        return posix.ioctl(socket, SIOCGIFINDEX, request.address(0)) == -Errno.ENODEV ? 0 : index();
    }

    int mtu() throws PlatformException {
        call(SIOCGIFMTU, "a right");
        return request.buffer().getInt(NetLayout.IFREQ_DATA);
    }

    /** Empty when it has no Ethernet. */
    byte[] mac() throws PlatformException {
        call(SIOCGIFHWADDR, "a right");
        boolean ethernet = request.buffer().getShort(NetLayout.IFREQ_DATA) == ARPHRD_ETHER;
        byte[] mac = new byte[ethernet ? MAC_SIZE : 0];
        request.buffer().get(NetLayout.IFREQ_DATA + NetLayout.SOCKADDR_DATA, mac);
        return mac;
    }

    void setUp() throws PlatformException {
        call(SIOCGIFFLAGS, "a right");
        short flags = request.buffer().getShort(NetLayout.IFREQ_DATA);
        if ((flags & IFF_UP) == 0) {
            request.buffer().putShort(NetLayout.IFREQ_DATA, (short) (flags | IFF_UP));
            call(SIOCSIFFLAGS, "CAP_NET_ADMIN, and it is down");
        }
    }

    @Override
    public void close() {
        posix.close(socket);
    }
}
