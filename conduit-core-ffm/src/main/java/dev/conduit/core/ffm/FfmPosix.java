package dev.conduit.core.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.conduit.core.posix.CString;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The system calls by Panama FFM. */
@SuppressWarnings("restricted")
public final class FfmPosix implements Posix {

    private final long futexNumber;

    /**
     * Creates the provider; the C functions are bound at the first call.
     *
     * @throws UnsupportedOperationException when this is not x86-64 or aarch64 Linux
     */
    public FfmPosix() {
        this(PosixConstants.futexNumber());
    }

    private FfmPosix(long futexNumber) {
        this.futexNumber = futexNumber;
    }

    @Override
    public String name() {
        return "ffm";
    }

    @Override
    public int priority() {
        return 20;
    }

    @Override
    public int open(String path, int flags, int mode) {
        byte[] name = CString.encode(path);
        CallState state = CallState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            return state.result((int) LibC.OPEN.invokeExact(state.captured, copy(arena, name), flags, mode));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int close(int fd) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibC.CLOSE.invokeExact(state.captured, fd));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long read(int fd, long address, long length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((long) LibCIo.READ.invokeExact(state.captured, fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long write(int fd, long address, long length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((long) LibCIo.WRITE.invokeExact(state.captured, fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.IOCTL.invokeExact(state.captured, fd, request, argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int pollIn(int fd, int timeoutMillis) {
        return poll(fd, PosixConstants.POLLIN, timeoutMillis);
    }

    @Override
    public int pollOut(int fd, int timeoutMillis) {
        return poll(fd, PosixConstants.POLLOUT, timeoutMillis);
    }

    private static int poll(int fd, short events, int timeoutMillis) {
        CallState state = CallState.ofThread();
        MemorySegment pollfd = state.scratch;
        pollfd.set(JAVA_INT, PosixLayout.POLLFD_FD, fd);
        pollfd.set(JAVA_SHORT, PosixLayout.POLLFD_EVENTS, events);
        pollfd.set(JAVA_SHORT, PosixLayout.POLLFD_REVENTS, (short) 0);
        try {
            int ready = state.result(
                    (int) LibCIo.POLL.invokeExact(state.captured, pollfd.address(), 1L, timeoutMillis));
            return ready > 0 ? pollfd.get(JAVA_SHORT, PosixLayout.POLLFD_REVENTS) : ready;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int socket(int family, int type, int protocol) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.SOCKET.invokeExact(state.captured, family, type, protocol));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int bind(int fd, long address, int length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.BIND.invokeExact(state.captured, fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int connect(int fd, long address, int length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.CONNECT.invokeExact(state.captured, fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.LISTEN.invokeExact(state.captured, fd, backlog));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int accept(int fd, int flags) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.ACCEPT4.invokeExact(state.captured, fd, 0L, 0L, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int shutdown(int fd, int how) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.SHUTDOWN.invokeExact(state.captured, fd, how));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int peerName(int fd, long address, int room) {
        CallState state = CallState.ofThread();
        MemorySegment length = state.scratch;
        length.set(JAVA_INT, 0, room);
        try {
            int done = state.result(
                    (int) LibCIo.GETPEERNAME.invokeExact(state.captured, fd, address, length.address()));
            return done < 0 ? done : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int setSocketOption(int fd, int level, int name, long address, int length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.SETSOCKOPT.invokeExact(state.captured, fd, level, name, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int getSocketOption(int fd, int level, int name, long address, int room) {
        CallState state = CallState.ofThread();
        MemorySegment length = state.scratch;
        length.set(JAVA_INT, 0, room);
        try {
            int done = state.result(
                    (int) LibCIo.GETSOCKOPT.invokeExact(state.captured, fd, level, name, address, length.address()));
            return done < 0 ? done : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long sendMessage(int fd, long message, int flags) {
        CallState state = CallState.ofThread();
        try {
            return state.result((long) LibCIo.SENDMSG.invokeExact(state.captured, fd, message, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long receiveMessage(int fd, long message, int flags) {
        CallState state = CallState.ofThread();
        try {
            return state.result((long) LibCIo.RECVMSG.invokeExact(state.captured, fd, message, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int epollCreate(int flags) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.EPOLL_CREATE1.invokeExact(state.captured, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int epollControl(int epoll, int operation, int fd, int events) {
        CallState state = CallState.ofThread();
        MemorySegment event = state.scratch;
        event.set(JAVA_INT, PosixLayout.EPOLL_EVENT_EVENTS, events);
        event.set(JAVA_LONG_UNALIGNED, PosixLayout.EPOLL_EVENT_DATA, fd);
        try {
            return state.result((int) LibCIo.EPOLL_CTL.invokeExact(state.captured, epoll, operation, fd, event.address()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int epollWait(int epoll, long events, int most, int timeoutMillis) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.EPOLL_WAIT.invokeExact(state.captured, epoll, events, most, timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int eventFd(int flags) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibCIo.EVENTFD.invokeExact(state.captured, 0, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int memfdCreate(String name, int flags) {
        byte[] bytes = CString.encode(name);
        CallState state = CallState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            return state.result((int) LibC.MEMFD_CREATE.invokeExact(state.captured, copy(arena, bytes), flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibC.FCNTL.invokeExact(state.captured, fd, command, (long) argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int fallocate(int fd, long offset, long length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibC.FALLOCATE.invokeExact(state.captured, fd, 0, offset, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        CallState state = CallState.ofThread();
        try {
            return state.result((long) LibC.MMAP.invokeExact(state.captured, address, length, protection, flags, fd,
                    offset));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int munmap(long address, long length) {
        CallState state = CallState.ofThread();
        try {
            return state.result((int) LibC.MUNMAP.invokeExact(state.captured, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int futexWait(long address, int expected, long timeoutNanos) {
        CallState state = CallState.ofThread();
        MemorySegment timespec = state.scratch;
        timespec.set(JAVA_LONG, PosixLayout.TIMESPEC_SEC, timeoutNanos / PosixLayout.NANOS_PER_SECOND);
        timespec.set(JAVA_LONG, PosixLayout.TIMESPEC_NSEC, timeoutNanos % PosixLayout.NANOS_PER_SECOND);
        return futex(state, address, PosixConstants.FUTEX_WAIT, expected, timespec.address());
    }

    @Override
    public int futexWake(long address, int count) {
        return futex(CallState.ofThread(), address, PosixConstants.FUTEX_WAKE, count, 0);
    }

    private int futex(CallState state, long address, long operation, long value, long timeout) {
        try {
            return (int) state.result((long) LibC.SYSCALL.invokeExact(state.captured, futexNumber, address, operation,
                    value, timeout, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public ByteBuffer view(long address, long length) {
        PosixLayout.checkViewLength(length);
        return MemorySegment.ofAddress(address).reinterpret(length).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * Works because buffers made from a segment's buffer, and segments made from those, all refer to the arena. With
     * the lifetime tied to the first buffer only, {@code MemorySegment.ofBuffer(slice)} would outlive the memory.
     */
    @Override
    public ByteBuffer view(long address, long length, Runnable release) {
        PosixLayout.checkViewLength(length);
        Arena arena = Arena.ofAuto();
        ByteBuffer buffer = MemorySegment.ofAddress(address).reinterpret(length, arena, null)
                .asByteBuffer().order(ByteOrder.nativeOrder());
        // Last, so that the memory is not released when no buffer could be made.
        MemorySegment.NULL.reinterpret(arena, segment -> release.run());
        return buffer;
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        return arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    /** The handles declare Throwable; only errors of the JVM itself, and of binding the functions, come out of them. */
    private static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a native call threw " + thrown, thrown);
    }
}
