package dev.conduit.core.net;

import static dev.conduit.core.posix.PosixConstants.SHUT_RD;
import static dev.conduit.core.posix.PosixConstants.SHUT_RDWR;
import static dev.conduit.core.posix.PosixConstants.SHUT_WR;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * A TCP connection by its descriptor: what {@link java.nio.channels.SocketChannel} cannot be made of. Reads wait until
 * there is something, writes until everything is taken, both for {@link #timeout} at most.
 *
 * <p>Thread-safe: one thread may read while another writes. Closing ends calls that wait. Waiting blocks the carrier of
 * a virtual thread.
 */
public final class TcpChannel implements ByteChannel {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int ROOM = 64 << 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Posix posix;
    private final int fd;
    private final InetSocketAddress remote;
    private final NativeBlock block;
    private final Object reading = new Object();
    private final Object writing = new Object();
    private volatile long patience = PATIENCE.toNanos();
    private volatile boolean closed;

    TcpChannel(Posix posix, int fd, InetSocketAddress remote) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.remote = remote;
        this.block = new NativeBlock(posix, 2 * ROOM);
    }

    private interface Poll {
        int poll(int fd, int millis);
    }

    /**
     * Sets how long one read or write may wait; one minute if never set.
     *
     * @param most at least a millisecond
     * @throws IllegalArgumentException when it is shorter
     */
    public void timeout(Duration most) {
        if (most.toMillis() < 1) {
            throw new IllegalArgumentException("time-out of " + most + " is shorter than a millisecond");
        }
        patience = most.toNanos();
    }

    /**
     * Returns who is at the other end.
     *
     * @return its address and port
     */
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /**
     * Reads what is there, or waits for something.
     *
     * @param into where to
     * @return bytes; -1 when the peer has ended its direction; 0 only when there is no room
     * @throws SocketTimeoutException when nothing came in time; one may go on reading
     * @throws ClosedChannelException when this is closed, also while reading
     * @throws IOException when the connection is broken
     */
    @Override
    public int read(ByteBuffer into) throws IOException {
        synchronized (reading) {
            requireOpen();
            int length = Math.min(into.remaining(), ROOM);
            long deadline = System.nanoTime() + patience;
            while (length > 0) {
                long got = posix.read(fd, block.address(0), length);
                requireOpen();
                if (got == -Errno.EAGAIN) {
                    ready(posix::pollIn, deadline, "nothing came from ");
                } else if (got != -Errno.EINTR) {
                    int count = moved(got);
                    into.put(into.position(), block.buffer(), 0, count).position(into.position() + count);
                    return count == 0 ? -1 : count;
                }
            }
            return 0;
        }
    }

    /**
     * Writes all.
     *
     * @param from what to write; its position is behind what was taken, also when an exception is thrown
     * @return bytes
     * @throws SocketTimeoutException when not all was taken in time
     * @throws ClosedChannelException when this is closed, also while writing
     * @throws IOException when the connection is broken
     */
    @Override
    public int write(ByteBuffer from) throws IOException {
        synchronized (writing) {
            requireOpen();
            int all = from.remaining();
            long deadline = System.nanoTime() + patience;
            while (from.hasRemaining()) {
                int length = Math.min(from.remaining(), ROOM);
                block.buffer().put(ROOM, from, from.position(), length);
                long taken = posix.write(fd, block.address(ROOM), length);
                requireOpen();
                if (taken == -Errno.EAGAIN) {
                    ready(posix::pollOut, deadline, "nothing is taken by ");
                } else if (taken != -Errno.EINTR) {
                    from.position(from.position() + moved(taken));
                }
            }
            return all;
        }
    }

    private void ready(Poll poll, long deadline, String what) throws IOException {
        long left = deadline - System.nanoTime();
        int result = left <= 0 ? 0 : poll.poll(fd, (int) Math.min(Integer.MAX_VALUE, left / NANOS_PER_MILLI + 1));
        requireOpen();
        if (result == 0 && deadline - System.nanoTime() <= 0) {
            throw new SocketTimeoutException(what + remote + " within " + patience / NANOS_PER_MILLI + " ms");
        }
    }

    private int moved(long result) throws IOException {
        if (result < 0) {
            throw new IOException("connection with " + remote + " is broken: " + Errno.name((int) -result));
        }
        return (int) result;
    }

    /**
     * Ends our direction: the peer reads the end of the stream, and may go on sending. Idempotent.
     *
     * @throws ClosedChannelException when this is closed
     */
    public void shutdownOutput() throws ClosedChannelException {
        synchronized (writing) {
            requireOpen();
            posix.shutdown(fd, SHUT_WR);
        }
    }

    /**
     * Ends the peer's direction for this side: reads give -1 once what is there has been read. The peer is not told.
     * Idempotent.
     *
     * @throws ClosedChannelException when this is closed
     */
    public void shutdownInput() throws ClosedChannelException {
        synchronized (this) {
            requireOpen();
            posix.shutdown(fd, SHUT_RD);
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /**
     * Closes the connection with a RST: the peer is told that not everything arrived. What was written and not sent is dropped.
     * Idempotent.
     */
    public void reset() {
        synchronized (this) {
            if (!closed) {
                try {
                    // To connect to nobody is how a connection is broken off; threads that wait go on.
                    new SocketOptions(posix, fd, SocketAddresses.SIZE).disconnect();
                } catch (PlatformException noMemory) {
                    // It is closed all the same.
                }
            }
        }
        close();
    }

    /** Closes the connection: what was written is still delivered. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            // Wakes who waits; only then the number may be given back.
            posix.shutdown(fd, SHUT_RDWR);
        }
        synchronized (reading) {
            synchronized (writing) {
                posix.close(fd);
            }
        }
    }
}
