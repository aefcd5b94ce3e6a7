package dev.conduit.core.net;

import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.SOCK_STREAM;
import static dev.conduit.core.posix.PosixConstants.SOL_SOCKET;
import static dev.conduit.core.posix.PosixConstants.SO_REUSEADDR;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;

/** Takes new TCP connections, as channels. Thread-safe; one thread waits at a time, others before it. */
public final class TcpListener implements Closeable {

    private static final int TRIES = 16;

    private final Posix posix;
    private final InetSocketAddress address;
    private final int fd;
    private final Poller poller;
    /** Guarded by this. */
    private boolean closed;

    private TcpListener(Posix posix, InetSocketAddress address, int fd) throws PlatformException {
        this.posix = posix;
        this.address = address;
        this.fd = fd;
        this.poller = new Poller(posix, fd);
    }

    /**
     * Listens. The wildcard address of IPv6 is for IPv4, too.
     *
     * @param address and port
     * @param backlog how many the kernel keeps until they are accepted; at most net.core.somaxconn
     * @return the listener
     * @throws PlatformException when the address cannot be listened at
     */
    public static TcpListener listen(InetSocketAddress address, int backlog) throws PlatformException {
        Posix posix = PosixLoader.posix();
        int fd = posix.socket(SocketAddresses.family(address.getAddress()), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                0);
        if (fd < 0) {
            throw Refused.exception("socket for " + address, "a right", fd);
        }
        boolean done = false;
        try {
            SocketOptions socket = new SocketOptions(posix, fd, SocketAddresses.SIZE);
            int result = socket.set(SOL_SOCKET, SO_REUSEADDR, 1);
            result = result < 0 ? result : socket.bind(address);
            result = result < 0 ? result : posix.listen(fd, backlog);
            if (result < 0) {
                throw Refused.exception("cannot listen at " + address, "CAP_NET_BIND_SERVICE", result);
            }
            TcpListener listener = new TcpListener(posix, address, fd);
            done = true;
            return listener;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Takes a connection, without waiting.
     *
     * @return null when there is none
     * @throws ClosedChannelException when this is closed
     * @throws IOException when the system has no descriptor or memory for it: it stays where it is
     */
    public synchronized TcpChannel accept() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (closed) {
                throw new ClosedChannelException();
            }
            int taken = posix.accept(fd, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (taken == -Errno.EAGAIN) {
                return null;
            }
            if (taken >= 0) {
                TcpChannel channel = channel(taken);
                if (channel != null) {
                    return channel;
                }
            } else if (taken != -Errno.EINTR && taken != -Errno.ECONNABORTED) {
                throw new PlatformException("cannot accept at " + address + ": " + Errno.describe(taken));
            }
        }
        return null;
    }

    /** Null when the client has gone already. */
    private TcpChannel channel(int taken) throws PlatformException {
        TcpChannel made = null;
        try {
            InetSocketAddress remote = new SocketOptions(posix, taken, SocketAddresses.SIZE).peer();
            made = remote == null ? null : new TcpChannel(posix, taken, remote);
            return made;
        } finally {
            if (made == null) {
                posix.close(taken);
            }
        }
    }

    /**
     * Waits for connections.
     *
     * @param deadline a {@link System#nanoTime()} value
     * @return true when one may be there; false when time is up or {@link #wakeUp} was called
     * @throws ClosedChannelException when this is closed, also while waiting
     * @throws IOException when waiting is impossible
     */
    public boolean await(long deadline) throws IOException {
        return poller.await(deadline);
    }

    /** Has the thread that waits, or the next that begins to, go on. Any thread may call it. */
    public void wakeUp() {
        poller.wakeUp();
    }

    /** Stops listening; connections that nobody took are reset. Idempotent. */
    @Override
    public void close() {
        poller.close();
        synchronized (this) {
            if (!closed) {
                closed = true;
                posix.close(fd);
            }
        }
    }
}
