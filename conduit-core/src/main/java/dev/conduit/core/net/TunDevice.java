package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.AF_INET;
import static dev.conduit.core.net.NetConstants.IFF_NO_PI;
import static dev.conduit.core.net.NetConstants.IFF_TAP;
import static dev.conduit.core.net.NetConstants.IFF_TUN;
import static dev.conduit.core.net.NetConstants.IFF_UP;
import static dev.conduit.core.net.NetConstants.SIOCGIFFLAGS;
import static dev.conduit.core.net.NetConstants.SIOCSIFFLAGS;
import static dev.conduit.core.net.NetConstants.SOCK_DGRAM;
import static dev.conduit.core.net.NetConstants.TUNSETIFF;
import static dev.conduit.core.posix.PosixConstants.O_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.O_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.O_RDWR;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;

/** Opens {@code /dev/net/tun}: Documentation/networking/tuntap.rst of Linux. */
final class TunDevice {

    private static final String FILE = "/dev/net/tun";
    private static final String RIGHT = "CAP_NET_ADMIN";

    private TunDevice() {
    }

    static FrameLink open(Posix posix, String name, boolean ethernet) throws PlatformException {
        byte[] bytes = Interfaces.encode(name);
        String what = (ethernet ? "TAP" : "TUN") + " device " + name;
        int fd = posix.open(FILE, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
        if (fd == -Errno.ENOENT || fd == -Errno.ENODEV) {
            throw new PlatformException(what + ": there is no " + FILE + ": load the kernel module tun");
        }
        if (fd < 0) {
            throw Refused.exception(what + ": " + FILE, RIGHT, fd);
        }
        boolean done = false;
        try {
            NativeBlock request = new NativeBlock(posix, NetLayout.IFREQ_SIZE);
            request.buffer().put(0, bytes)
                    .putShort(NetLayout.IFREQ_FLAGS, (short) ((ethernet ? IFF_TAP : IFF_TUN) | IFF_NO_PI));
            attach(posix.ioctl(fd, TUNSETIFF, request.address(0)), what);
            setUp(posix, request, what);
            done = true;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
        return new DeviceLink(posix, what, Interfaces.find(name), fd, 0);
    }

    private static void attach(int result, String what) throws PlatformException {
        if (result == -Errno.EBUSY) {
            throw new PlatformException(what + " is in use by another process");
        }
        if (result == -Errno.EINVAL) {
            throw new PlatformException(what + ": an interface of that name exists and is none such, or has other flags");
        }
        if (result < 0) {
            throw Refused.exception(what, RIGHT, result);
        }
    }

    private static void setUp(Posix posix, NativeBlock request, String what) throws PlatformException {
        int socket = posix.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        int result = socket < 0 ? socket : posix.ioctl(socket, SIOCGIFFLAGS, request.address(0));
        short flags = request.buffer().getShort(NetLayout.IFREQ_FLAGS);
        if (result >= 0 && (flags & IFF_UP) == 0) {
            request.buffer().putShort(NetLayout.IFREQ_FLAGS, (short) (flags | IFF_UP));
            result = posix.ioctl(socket, SIOCSIFFLAGS, request.address(0));
        }
        if (socket >= 0) {
            posix.close(socket);
        }
        if (result < 0) {
            throw Refused.exception(what + " cannot be set up", RIGHT, result);
        }
    }
}
