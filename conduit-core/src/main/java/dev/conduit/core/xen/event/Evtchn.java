package dev.conduit.core.xen.event;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.xen.device.XenDevice;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * An open {@code /dev/xen/evtchn}: one descriptor for any number of ports. What a call returns is what the driver
 * returns, or minus errno; EBADF once closed. Calls that a signal interrupts are made again.
 *
 * <p>Thread-safe, but for {@link #read}, which is for one thread at a time.
 */
final class Evtchn implements AutoCloseable {

    private final Posix posix;
    private final int fd;
    private final UseCount uses;

    /** Word n holds n: the argument of a call about port n alone, without a copy or a lock. */
    private final NativeBlock words;

    /** The ports of this descriptor, and memory for their arguments; both guarded by the set. */
    private final BitSet bound = new BitSet();
    private final NativeBlock argument;

    private Evtchn(Posix posix, int fd, NativeBlock words, NativeBlock argument) {
        this.posix = posix;
        this.fd = fd;
        this.words = words;
        this.argument = argument;
        this.uses = new UseCount(() -> posix.close(fd));
    }

    /** Opens the device; reads never block. */
    static Evtchn open(Posix posix, Path device) throws PlatformException {
        NativeBlock words = new NativeBlock(posix, EvtchnLayout.PORTS * EvtchnLayout.PORT_SIZE);
        NativeBlock argument = new NativeBlock(posix, EvtchnLayout.BATCH * EvtchnLayout.PORT_SIZE);
        return new Evtchn(posix, XenDevice.EVTCHN.open(posix, device, PosixConstants.O_NONBLOCK), words, argument);
    }

    /** For epoll; valid until close. */
    int descriptor() {
        return fd;
    }

    /** Allocates a port for a remote domain; returns it. */
    int bindUnbound(int domain) {
        synchronized (bound) {
            argument.buffer().putInt(EvtchnLayout.REMOTE_DOMAIN, domain);
            return bind(EvtchnLayout.IOCTL_EVTCHN_BIND_UNBOUND_PORT);
        }
    }

    /** Binds to a remote port; returns the local one. */
    int bindInterdomain(int domain, int remotePort) {
        synchronized (bound) {
            argument.buffer().putInt(EvtchnLayout.REMOTE_DOMAIN, domain).putInt(EvtchnLayout.REMOTE_PORT, remotePort);
            return bind(EvtchnLayout.IOCTL_EVTCHN_BIND_INTERDOMAIN);
        }
    }

    /** Under the lock: a reset that comes before the port is known to be bound would lose its first event. */
    private int bind(int request) {
        int port = control(request, argument.address(0));
        if (port >= 0) {
            bound.set(port);
        }
        return port;
    }

    /** Gives a port back; 0, or ENOTCONN when it is not bound here. */
    int unbind(int port) {
        synchronized (bound) {
            bound.clear(port);
            argument.buffer().putInt(EvtchnLayout.PORT, port);
            return control(EvtchnLayout.IOCTL_EVTCHN_UNBIND, argument.address(0));
        }
    }

    /** Sends an event, from a port below {@link EvtchnLayout#PORTS}; 0, or ENOTCONN when it is not bound here. */
    int send(int port) {
        return control(EvtchnLayout.IOCTL_EVTCHN_NOTIFY, word(port));
    }

    /** Lets a port have events; right after a bind the driver does so already, but libxenevtchn's users make sure. */
    void unmask(int port) {
        write(word(port), EvtchnLayout.PORT_SIZE);
    }

    /**
     * Reads ports that have events, up to {@code bytes}, and lets them have events anew. An event that comes after this
     * is read later; one that came before, its sender's stores included, is visible now.
     *
     * @return bytes read, or minus errno: EAGAIN when there is none, EFBIG when events were lost
     */
    long read(long address, int bytes) {
        if (!uses.enter()) {
            return -Errno.EBADF;
        }
        try {
            long count = posix.read(fd, address, bytes);
            while (count == -Errno.EINTR) {
                count = posix.read(fd, address, bytes);
            }
            long unmasked = count > 0 ? write(address, count) : 0;
            return unmasked < 0 ? unmasked : count;
        } finally {
            uses.leave();
        }
    }

    private long write(long address, long bytes) {
        if (!uses.enter()) {
            return -Errno.EBADF;
        }
        try {
            long count = posix.write(fd, address, bytes);
            while (count == -Errno.EINTR) {
                count = posix.write(fd, address, bytes);
            }
            return count;
        } finally {
            uses.leave();
        }
    }

    /**
     * Begins anew after events were lost: empties the driver's queue and lets every port have events.
     *
     * @param lost gets all bound ports, any of which may have had an event
     * @return 0 or minus errno
     */
    long reset(BitSet lost) {
        synchronized (bound) {
            long result = control(EvtchnLayout.IOCTL_EVTCHN_RESET, 0);
            int port = bound.nextSetBit(0);
            while (port >= 0 && result >= 0) {
                int count = 0;
                for (; port >= 0 && count < EvtchnLayout.BATCH; port = bound.nextSetBit(port + 1)) {
                    argument.buffer().putInt(EvtchnLayout.PORT_SIZE * count++, port);
                }
                result = write(argument.address(0), (long) EvtchnLayout.PORT_SIZE * count);
            }
            lost.or(bound);
            return Math.min(result, 0);
        }
    }

    private long word(int port) {
        int offset = EvtchnLayout.PORT_SIZE * port;
        words.buffer().putInt(offset, port);
        return words.address(offset);
    }

    private int control(int request, long address) {
        if (!uses.enter()) {
            return -Errno.EBADF;
        }
        try {
            int result = posix.ioctl(fd, request, address);
            while (result == -Errno.EINTR) {
                result = posix.ioctl(fd, request, address);
            }
            return result;
        } finally {
            uses.leave();
        }
    }

    /** Gives back the descriptor and with it all ports; after the calls under way, for which it does not wait. */
    @Override
    public void close() {
        uses.close();
    }
}
