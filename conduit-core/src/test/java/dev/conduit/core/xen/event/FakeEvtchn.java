package dev.conduit.core.xen.event;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.TreeSet;

/** One open descriptor of the driver: the queue of ports that have events. Guarded by the hypervisor. */
final class FakeEvtchn {

    private final FakeXen xen;
    private final int domain;
    private final FakeDomain owner;
    final int fd;
    private final NativeBlock eight;
    private final Set<Integer> ports = new TreeSet<>();
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private boolean overflow;

    FakeEvtchn(FakeXen xen, int domain, FakeDomain owner) throws Exception {
        this.xen = xen;
        this.domain = domain;
        this.owner = owner;
        this.fd = xen.counter();
        this.eight = new NativeBlock(xen.real(), Long.BYTES);
    }

    int maxPorts() {
        return owner.maxPorts;
    }

    void queue(int port) {
        if (queue.size() >= Math.min(owner.queueSize, 1 << 20)) {
            overflow = true;
            owner.overflows++;
            return;
        }
        queue.add(port);
        eight.buffer().putLong(0, 1);
        xen.real().write(fd, eight.address(0), Long.BYTES);
    }

    long read(long address, long length) {
        synchronized (xen) {
            if (overflow) {
                return -Errno.EFBIG;
            }
            if (queue.isEmpty()) {
                return -Errno.EAGAIN;
            }
            ByteBuffer memory = memory(address, length);
            while (!queue.isEmpty() && memory.remaining() >= Integer.BYTES) {
                memory.putInt(queue.remove());
            }
            settle();
            return memory.position();
        }
    }

    /** Not readable when nothing is queued. */
    private void settle() {
        if (queue.isEmpty()) {
            xen.real().read(fd, eight.address(0), Long.BYTES);
        }
    }

    long write(long address, long length) {
        synchronized (xen) {
            ByteBuffer memory = memory(address, length);
            while (memory.hasRemaining()) {
                int port = memory.getInt();
                if (ports.contains(port)) {
                    xen.unmask(domain, port);
                }
            }
            return length;
        }
    }

    int ioctl(long request, long address) {
        synchronized (xen) {
            return switch ((int) request) {
                case EvtchnLayout.IOCTL_EVTCHN_BIND_UNBOUND_PORT -> bound(xen.allocate(this, domain, word(address, 0)));
                case EvtchnLayout.IOCTL_EVTCHN_BIND_INTERDOMAIN ->
                        bound(xen.bind(this, domain, word(address, 0), word(address, 4)));
                case EvtchnLayout.IOCTL_EVTCHN_UNBIND -> unbind(word(address, 0));
                case EvtchnLayout.IOCTL_EVTCHN_NOTIFY -> send(word(address, 0));
                case EvtchnLayout.IOCTL_EVTCHN_RESET -> reset();
                default -> -Errno.ENOTTY;
            };
        }
    }

    private int bound(int port) {
        if (port > 0) {
            ports.add(port);
        }
        return port;
    }

    private int unbind(int port) {
        if (!ports.remove(port)) {
            return -Errno.ENOTCONN;
        }
        xen.close(domain, port);
        return 0;
    }

    private int send(int port) {
        if (!ports.contains(port)) {
            return -Errno.ENOTCONN;
        }
        xen.send(domain, port);
        return 0;
    }

    private int reset() {
        queue.clear();
        overflow = false;
        settle();
        return 0;
    }

    int close() {
        synchronized (xen) {
            ports.forEach(port -> xen.close(domain, port));
            ports.clear();
            return xen.real().close(fd);
        }
    }

    private int word(long address, int offset) {
        return memory(address, 8).getInt(offset);
    }

    private ByteBuffer memory(long address, long length) {
        Posix real = xen.real();
        return real.view(address, length).order(ByteOrder.nativeOrder());
    }
}
