package dev.conduit.core.net;

import static dev.conduit.core.posix.PosixConstants.EFD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EFD_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.EPOLLIN;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_ADD;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLayout;
import java.nio.channels.ClosedChannelException;

/** Waits for input of one descriptor, until somebody wakes the waiter. One thread waits at a time, others before it. */
final class Poller {

    private static final int EVENTS = 2;
    private static final int COUNT = 64;
    private static final int ONE = COUNT + Long.BYTES;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Posix posix;
    private final NativeBlock block;
    private final int epoll;
    private final int counter;
    /** Held by who waits; closing waits for it. */
    private final Object waiting = new Object();
    /** Guarded by this. */
    private boolean closed;

    Poller(Posix posix, int fd) throws PlatformException {
        this.posix = posix;
        block = new NativeBlock(posix, ONE + Long.BYTES);
        block.buffer().putLong(ONE, 1);
        epoll = posix.epollCreate(EPOLL_CLOEXEC);
        counter = posix.eventFd(EFD_CLOEXEC | EFD_NONBLOCK);
        int result = Math.min(epoll, counter);
        result = result < 0 ? result : posix.epollControl(epoll, EPOLL_CTL_ADD, fd, EPOLLIN);
        result = result < 0 ? result : posix.epollControl(epoll, EPOLL_CTL_ADD, counter, EPOLLIN);
        if (result < 0) {
            closeBoth();
            throw new PlatformException("the system gives no event poll: " + Errno.describe(result));
        }
    }

    /** True when there is input (or an error to be read), false when time is up or somebody woke the waiter. */
    boolean await(long deadline) throws ClosedChannelException, PlatformException {
        synchronized (waiting) {
            while (true) {
                synchronized (this) {
                    requireOpen();
                }
                int count = posix.epollWait(epoll, block.address(0), EVENTS, millis(deadline - System.nanoTime()));
                if (count >= 0) {
                    return input(count);
                }
                if (count != -Errno.EINTR) {
                    throw new PlatformException("cannot wait for input: " + Errno.describe(count));
                }
            }
        }
    }

    private boolean input(int count) throws ClosedChannelException {
        boolean input = false;
        for (int i = 0; i < count; i++) {
            long fd = block.buffer().getLong(i * PosixLayout.EPOLL_EVENT_SIZE + PosixLayout.EPOLL_EVENT_DATA);
            if ((int) fd == counter) {
                posix.read(counter, block.address(COUNT), Long.BYTES);
            } else {
                input = true;
            }
        }
        synchronized (this) {
            requireOpen();
        }
        return input;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Rounded up, so that nobody wakes before the deadline and spins. */
    private static int millis(long nanos) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
    }

    synchronized void wakeUp() {
        if (!closed) {
            posix.write(counter, block.address(ONE), Long.BYTES);
        }
    }

    /** Once it returns, nobody waits. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            wakeUp();
            closed = true;
        }
        synchronized (waiting) {
            closeBoth();
        }
    }

    private void closeBoth() {
        for (int fd : new int[] {epoll, counter}) {
            if (fd >= 0) {
                posix.close(fd);
            }
        }
    }
}
