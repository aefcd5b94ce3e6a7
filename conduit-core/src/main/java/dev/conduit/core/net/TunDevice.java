package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IFF_NO_PI;
import static dev.conduit.core.net.NetConstants.IFF_TAP;
import static dev.conduit.core.net.NetConstants.IFF_TUN;
import static dev.conduit.core.net.NetConstants.TUNSETIFF;
import static dev.conduit.core.posix.PosixConstants.O_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.O_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.O_RDWR;

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
        byte[] bytes = Interface.encode(name);
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
                    .putShort(NetLayout.IFREQ_DATA, (short) ((ethernet ? IFF_TAP : IFF_TUN) | IFF_NO_PI));
            attach(posix.ioctl(fd, TUNSETIFF, request.address(0)), what);
            try (Interface device = new Interface(posix, name)) {
                device.setUp();
                FrameLink link = new DeviceLink(posix, what, device, fd, 0);
                done = true;
                return link;
            }
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
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
}
