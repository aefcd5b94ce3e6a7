package dev.conduit.core.xen.event;

import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import dev.conduit.core.event.EventSource;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLayout;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * The events of all ports of one {@link Evtchn}. Waits with epoll for the device and for a counter that
 * {@link #interrupt} raises; then one read takes as many ports as fit and one write lets them have events again, before
 * anybody looks at the memory these are about.
 *
 * <p><b>Overflow.</b> The driver's queue has room for each bound port once, but what closed ports left stays in it until
 * somebody reads. When it is full reads give EFBIG: it is emptied, and since any port may have lost an event every one is
 * reported as having one. A port whose number was used before may so have an event that was for another, which is one
 * look too many.
 */
final class XenEventSource implements EventSource, AutoCloseable {

    private static final int DESCRIPTORS = 2;
    private static final int COUNTER_EVENTS = DESCRIPTORS * PosixLayout.EPOLL_EVENT_SIZE;
    private static final long MILLI_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Posix posix;
    private final Evtchn evtchn;
    private final int epoll;
    private final int counter;
    private final UseCount uses;

    /** The taker's own. */
    private final NativeBlock batch;
    private final NativeBlock events;
    private final BitSet owed = new BitSet();

    /** What is added to the counter: 1. */
    private final NativeBlock one;

    private XenEventSource(Posix posix, Evtchn evtchn, int epoll, int counter) throws PlatformException {
        this.posix = posix;
        this.evtchn = evtchn;
        this.epoll = epoll;
        this.counter = counter;
        this.batch = new NativeBlock(posix, EvtchnLayout.BATCH * EvtchnLayout.PORT_SIZE);
        this.events = new NativeBlock(posix, COUNTER_EVENTS + Long.BYTES);
        this.one = new NativeBlock(posix, Long.BYTES);
        one.buffer().putLong(0, 1);
        this.uses = new UseCount(() -> closeBoth(posix, epoll, counter));
    }

    /** The device stays the caller's. */
    static XenEventSource open(Posix posix, Evtchn evtchn) throws PlatformException {
        int epoll = posix.epollCreate(PosixConstants.EPOLL_CLOEXEC);
        int counter = posix.eventFd(PosixConstants.EFD_CLOEXEC | PosixConstants.EFD_NONBLOCK);
        boolean done = false;
        try {
            require(epoll, "event poll");
            require(counter, "event counter");
            require(posix.epollControl(epoll, PosixConstants.EPOLL_CTL_ADD, counter, PosixConstants.EPOLLIN),
                    "wait for a counter");
            require(posix.epollControl(epoll, PosixConstants.EPOLL_CTL_ADD, evtchn.descriptor(),
                    PosixConstants.EPOLLIN), "wait for event channels");
            XenEventSource source = new XenEventSource(posix, evtchn, epoll, counter);
            done = true;
            return source;
        } finally {
            if (!done) {
                closeBoth(posix, epoll, counter);
            }
        }
    }

    private static void require(int result, String what) throws PlatformException {
        if (result < 0) {
            throw new PlatformException("the system gives no " + what + ": " + Errno.describe(result));
        }
    }

    private static void closeBoth(Posix posix, int epoll, int counter) {
        for (int fd : new int[] {epoll, counter}) {
            if (fd >= 0) {
                posix.close(fd);
            }
        }
    }

    @Override
    public int take(int[] ports, long timeoutNanos) throws PlatformLostException {
        if (owed.isEmpty() && timeoutNanos > 0) {
            await(timeoutNanos);
        }
        if (owed.isEmpty()) {
            long bytes = evtchn.read(batch.address(0),
                    Math.min(ports.length, EvtchnLayout.BATCH) * EvtchnLayout.PORT_SIZE);
            if (bytes > 0) {
                return copy(ports, (int) bytes / EvtchnLayout.PORT_SIZE);
            }
            recover(bytes);
        }
        return takeOwed(ports);
    }

    /** Rounds up to milliseconds: waking early would only be waking twice. */
    private void await(long timeoutNanos) throws PlatformLostException {
        if (!uses.enter()) {
            return;
        }
        try {
            int millis = (int) Math.min((timeoutNanos + MILLI_NANOS - 1) / MILLI_NANOS, Integer.MAX_VALUE);
            int count = posix.epollWait(epoll, events.address(0), DESCRIPTORS, millis);
            if (count < 0 && count != -Errno.EINTR) {
                throw new PlatformLostException("waiting for event channels gave " + Errno.describe(count)
                        + ": close the platform and open it again");
            }
            for (int i = 0; i < count; i++) {
                if (events.buffer().getInt(i * PosixLayout.EPOLL_EVENT_SIZE + PosixLayout.EPOLL_EVENT_DATA)
                        == counter) {
                    posix.read(counter, events.address(COUNTER_EVENTS), Long.BYTES);
                }
            }
        } finally {
            uses.leave();
        }
    }

    private int copy(int[] ports, int count) {
        for (int i = 0; i < count; i++) {
            ports[i] = batch.buffer().getInt(i * EvtchnLayout.PORT_SIZE);
        }
        return count;
    }

    /** {@code result} of a read that brought nothing: nothing there, closed, events lost, or the device is gone. */
    private void recover(long result) throws PlatformLostException {
        long fault = result == -Errno.EFBIG ? evtchn.reset(owed) : result;
        if (fault < 0 && fault != -Errno.EAGAIN && fault != -Errno.EBADF) {
            throw new PlatformLostException("event channels are lost: their device gave " + Errno.describe(fault)
                    + "; close the platform and open it again");
        }
    }

    private int takeOwed(int[] ports) {
        int count = 0;
        for (int port = owed.nextSetBit(0); port >= 0 && count < ports.length; port = owed.nextSetBit(port + 1)) {
            ports[count++] = port;
            owed.clear(port);
        }
        return count;
    }

    @Override
    public void interrupt() {
        if (uses.enter()) {
            try {
                posix.write(counter, one.address(0), Long.BYTES);
            } finally {
                uses.leave();
            }
        }
    }

    /** Gives back the descriptors, when nobody is in a call any more; not the device. */
    @Override
    public void close() {
        uses.close();
    }
}
