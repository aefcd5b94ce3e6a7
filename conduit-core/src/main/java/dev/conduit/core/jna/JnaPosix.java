package dev.conduit.core.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.conduit.core.posix.CString;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLayout;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The system calls by JNA direct mapping with raw addresses. */
public final class JnaPosix implements Posix {

    /** Room for the one structure a call passes (pollfd, timespec, epoll_event or socklen_t): one a thread, so that calls allocate nothing. */
    private static final ThreadLocal<Memory> SCRATCH = ThreadLocal.withInitial(
            () -> new Memory(PosixLayout.SCRATCH_SIZE));

    private static final Cleaner CLEANER = Cleaner.create();

    private final long futexNumber;

    /**
     * Creates the provider; the C functions are bound at the first call.
     *
     * @throws UnsupportedOperationException when this is not x86-64 or aarch64 Linux
     */
    public JnaPosix() {
        this(PosixConstants.futexNumber());
    }

    private JnaPosix(long futexNumber) {
        this.futexNumber = futexNumber;
    }

    @Override
    public String name() {
        return "jna";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public int open(String path, int flags, int mode) {
        return result(LibC.open(CString.encode(path), flags, mode));
    }

    @Override
    public int close(int fd) {
        return result(LibC.close(fd));
    }

    @Override
    public long read(int fd, long address, long length) {
        return result(LibC.read(fd, address, length));
    }

    @Override
    public long write(int fd, long address, long length) {
        return result(LibC.write(fd, address, length));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return result(LibC.ioctl(fd, request, argument));
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
        Memory pollfd = SCRATCH.get();
        pollfd.setInt(PosixLayout.POLLFD_FD, fd);
        pollfd.setShort(PosixLayout.POLLFD_EVENTS, events);
        pollfd.setShort(PosixLayout.POLLFD_REVENTS, (short) 0);
        int ready = result(LibC.poll(Pointer.nativeValue(pollfd), 1, timeoutMillis));
        return ready > 0 ? pollfd.getShort(PosixLayout.POLLFD_REVENTS) : ready;
    }

    @Override
    public int socket(int family, int type, int protocol) {
        return result(LibC.socket(family, type, protocol));
    }

    @Override
    public int bind(int fd, long address, int length) {
        return result(LibC.bind(fd, address, length));
    }

    @Override
    public int connect(int fd, long address, int length) {
        return result(LibC.connect(fd, address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return result(LibC.listen(fd, backlog));
    }

    @Override
    public int accept(int fd, int flags) {
        return result(LibC.accept4(fd, 0, 0, flags));
    }

    @Override
    public int shutdown(int fd, int how) {
        return result(LibC.shutdown(fd, how));
    }

    @Override
    public int peerName(int fd, long address, int room) {
        Memory length = SCRATCH.get();
        length.setInt(0, room);
        int done = result(LibC.getpeername(fd, address, Pointer.nativeValue(length)));
        return done < 0 ? done : length.getInt(0);
    }

    @Override
    public int setSocketOption(int fd, int level, int name, long address, int length) {
        return result(LibC.setsockopt(fd, level, name, address, length));
    }

    @Override
    public int getSocketOption(int fd, int level, int name, long address, int room) {
        Memory length = SCRATCH.get();
        length.setInt(0, room);
        int done = result(LibC.getsockopt(fd, level, name, address, Pointer.nativeValue(length)));
        return done < 0 ? done : length.getInt(0);
    }

    @Override
    public long sendMessage(int fd, long message, int flags) {
        return result(LibC.sendmsg(fd, message, flags));
    }

    @Override
    public long receiveMessage(int fd, long message, int flags) {
        return result(LibC.recvmsg(fd, message, flags));
    }

    @Override
    public int epollCreate(int flags) {
        return result(LibC.epoll_create1(flags));
    }

    @Override
    public int epollControl(int epoll, int operation, int fd, int events) {
        Memory event = SCRATCH.get();
        event.setInt(PosixLayout.EPOLL_EVENT_EVENTS, events);
        event.setLong(PosixLayout.EPOLL_EVENT_DATA, fd);
        return result(LibC.epoll_ctl(epoll, operation, fd, Pointer.nativeValue(event)));
    }

    @Override
    public int epollWait(int epoll, long events, int most, int timeoutMillis) {
        return result(LibC.epoll_wait(epoll, events, most, timeoutMillis));
    }

    @Override
    public int eventFd(int flags) {
        return result(LibC.eventfd(0, flags));
    }

    @Override
    public int memfdCreate(String name, int flags) {
        return result(LibC.memfd_create(CString.encode(name), flags));
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        return result(LibC.fcntl(fd, command, argument));
    }

    @Override
    public int fallocate(int fd, long offset, long length) {
        return result(LibC.fallocate(fd, 0, offset, length));
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return result(LibC.mmap(address, length, protection, flags, fd, offset));
    }

    @Override
    public int munmap(long address, long length) {
        return result(LibC.munmap(address, length));
    }

    @Override
    public int futexWait(long address, int expected, long timeoutNanos) {
        Memory timespec = SCRATCH.get();
        timespec.setLong(PosixLayout.TIMESPEC_SEC, timeoutNanos / PosixLayout.NANOS_PER_SECOND);
        timespec.setLong(PosixLayout.TIMESPEC_NSEC, timeoutNanos % PosixLayout.NANOS_PER_SECOND);
        return (int) result(LibC.syscall(futexNumber, address, PosixConstants.FUTEX_WAIT, expected,
                Pointer.nativeValue(timespec), 0, 0));
    }

    @Override
    public int futexWake(long address, int count) {
        return (int) result(LibC.syscall(futexNumber, address, PosixConstants.FUTEX_WAKE, count, 0, 0, 0));
    }

    @Override
    public ByteBuffer view(long address, long length) {
        PosixLayout.checkViewLength(length);
        return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
    }

    /** Works because every buffer made from a direct buffer refers to the one it was first made from. */
    @Override
    public ByteBuffer view(long address, long length, Runnable release) {
        ByteBuffer buffer = view(address, length);
        CLEANER.register(buffer, release);
        return buffer;
    }

    private static int result(int value) {
        return value == -1 ? -Native.getLastError() : value;
    }

    private static long result(long value) {
        return value == -1 ? -Native.getLastError() : value;
    }
}
