package dev.conduit.core.socket;

import static dev.conduit.core.posix.PosixConstants.AF_UNIX;
import static dev.conduit.core.posix.PosixConstants.EFD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EFD_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.EPOLLERR;
import static dev.conduit.core.posix.PosixConstants.EPOLLHUP;
import static dev.conduit.core.posix.PosixConstants.EPOLLIN;
import static dev.conduit.core.posix.PosixConstants.EPOLLOUT;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_ADD;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_DEL;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_MOD;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.SOCK_STREAM;

import dev.conduit.core.posix.CString;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLayout;
import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.DescriptorChannel;
import dev.conduit.xenstore.server.socket.Endpoint;
import dev.conduit.xenstore.server.socket.MovableSockets;
import dev.conduit.xenstore.server.socket.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sockets by descriptors, looked at with one level-triggered epoll. Bytes go through one block of native memory of the
 * thread that selects.
 */
final class PosixSockets implements MovableSockets {

    private static final int EVENTS_MAX = 256;
    private static final int WINDOW = 64 << 10;

    private final Posix posix;
    private final NativeBlock events;
    private final NativeBlock window;
    /** Eight bytes to write to the counter, and eight to read it into. */
    private final NativeBlock counts;
    private final int epoll;
    private final int wakeUp;
    /** Whether the counter was raised and not read yet. */
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Map<Integer, PosixEndpoint> endpoints = new ConcurrentHashMap<>();
    /** Guarded by {@link #counts}: once closed, the numbers may belong to something else. */
    private boolean closed;

    PosixSockets(Posix posix) throws IOException {
        this.posix = posix;
        events = new NativeBlock(posix, EVENTS_MAX * PosixLayout.EPOLL_EVENT_SIZE);
        window = new NativeBlock(posix, WINDOW);
        counts = new NativeBlock(posix, 2 * Long.BYTES);
        counts.buffer().putLong(0, 1);
        epoll = require(posix.epollCreate(EPOLL_CLOEXEC), "an event poll");
        int counter = posix.eventFd(EFD_CLOEXEC | EFD_NONBLOCK);
        int added = counter < 0 ? counter : posix.epollControl(epoll, EPOLL_CTL_ADD, counter, EPOLLIN);
        if (added < 0) {
            posix.close(epoll);
            posix.close(counter);
        }
        require(added, "a wake-up counter");
        wakeUp = counter;
    }

    /** The result of a call that has to work. */
    static int require(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException("the system gives no " + what + ": " + Errno.name(-result));
        }
        return result;
    }

    @Override
    public Acceptor listen(Path file, int backlog) throws IOException {
        int fd = require(posix.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
        int result = named(file, (address, length) -> posix.bind(fd, address, length));
        result = result < 0 ? result : posix.listen(fd, backlog);
        if (result < 0) {
            posix.close(fd);
            throw new IOException("cannot listen: " + Errno.name(-result));
        }
        return acceptor(fd);
    }

    private interface AddressCall {
        int call(long address, int length);
    }

    private int named(Path file, AddressCall call) throws IOException {
        byte[] path = CString.encode(file.toString());
        int room = PosixLayout.SOCKADDR_UN_SIZE - PosixLayout.SOCKADDR_UN_PATH;
        if (path.length > room) {
            throw new IOException("socket path " + file + " has " + (path.length - 1) + " bytes, at most " + (room - 1)
                    + " are possible");
        }
        NativeBlock address = new NativeBlock(posix, PosixLayout.SOCKADDR_UN_SIZE);
        address.buffer().putShort(PosixLayout.SOCKADDR_UN_FAMILY, (short) AF_UNIX);
        address.buffer().put(PosixLayout.SOCKADDR_UN_PATH, path);
        return call.call(address.address(0), PosixLayout.SOCKADDR_UN_PATH + path.length);
    }

    @Override
    public DescriptorChannel connect(Path file, Duration patience) throws IOException {
        int fd = require(posix.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
        int result = named(file, (address, length) -> posix.connect(fd, address, length));
        if (result < 0) {
            posix.close(fd);
            throw new IOException(Errno.name(-result));
        }
        return new PosixChannel(posix, fd, patience);
    }

    @Override
    public void select(Ready ready, int timeoutMillis) throws IOException {
        int count = posix.epollWait(epoll, events.address(0), EVENTS_MAX, timeoutMillis);
        if (count == -Errno.EINTR) {
            return;
        }
        require(count, "events");
        ByteBuffer buffer = events.buffer();
        for (int i = 0; i < count; i++) {
            int at = i * PosixLayout.EPOLL_EVENT_SIZE;
            int bits = buffer.getInt(at + PosixLayout.EPOLL_EVENT_EVENTS);
            int fd = (int) buffer.getLong(at + PosixLayout.EPOLL_EVENT_DATA);
            if (fd == wakeUp) {
                posix.read(wakeUp, counts.address(Long.BYTES), Long.BYTES);
                woken.set(false);
            } else {
                fire(endpoints.get(fd), bits, ready);
            }
        }
    }

    private static void fire(PosixEndpoint endpoint, int bits, Ready ready) {
        if (endpoint != null) {
            boolean failed = (bits & (EPOLLERR | EPOLLHUP)) != 0;
            boolean input = endpoint.wants(EPOLLIN) && (failed || (bits & EPOLLIN) != 0);
            if (input || endpoint.wants(EPOLLOUT) && (failed || (bits & EPOLLOUT) != 0)) {
                ready.ready(endpoint, input);
            }
        }
    }

    @Override
    public void wakeUp() {
        if (woken.compareAndSet(false, true)) {
            synchronized (counts) {
                if (!closed) {
                    posix.write(wakeUp, counts.address(0), Long.BYTES);
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (counts) {
            if (!closed) {
                closed = true;
                posix.close(wakeUp);
                posix.close(epoll);
            }
        }
    }

    /** Has the epoll look for other events of a descriptor. */
    void look(PosixEndpoint endpoint, int before, int after) throws IOException {
        synchronized (counts) {
            if (closed) {
                return;
            }
            if (before == 0) {
                endpoints.put(endpoint.descriptor(), endpoint);
            }
            int operation = before == 0 ? EPOLL_CTL_ADD : after == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
            require(posix.epollControl(epoll, operation, endpoint.descriptor(), after), "events of a socket");
            if (after == 0) {
                endpoints.remove(endpoint.descriptor(), endpoint);
            }
        }
    }

    /** The memory that bytes go through; for the thread that selects. */
    NativeBlock window() {
        return window;
    }

    Posix posix() {
        return posix;
    }

    @Override
    public int descriptor(Endpoint endpoint) {
        return ((PosixEndpoint) endpoint).descriptor();
    }

    @Override
    public Acceptor acceptor(int descriptor) {
        return new PosixAcceptor(this, descriptor);
    }

    @Override
    public Stream stream(int descriptor) {
        return new PosixStream(this, descriptor);
    }

    @Override
    public void drop(int descriptor) {
        posix.close(descriptor);
    }

    @Override
    public DescriptorChannel channel(Stream stream, Duration patience) throws IOException {
        stream.interest(false, false);
        return new PosixChannel(posix, ((PosixEndpoint) stream).descriptor(), patience);
    }
}
