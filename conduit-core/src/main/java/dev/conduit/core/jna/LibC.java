package dev.conduit.core.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The C functions, bound by JNA direct mapping to the C library of this process.
 *
 * <p>C {@code long}, {@code size_t}, {@code off_t} and pointers are 64 bits on both supported architectures, hence Java
 * longs. The variadic functions (open, fcntl, ioctl, syscall) are declared with the arguments we pass: x86-64 and
 * aarch64 Linux pass variadic integers like all others. errno is what {@link Native#getLastError()} kept of the call.
 */
final class LibC {

    static {
        Native.register(LibC.class, NativeLibrary.getProcess());
    }

    private LibC() {
    }

    static native int open(byte[] path, int flags, int mode);

    static native int close(int fd);

    static native long read(int fd, long buffer, long count);

    static native long write(int fd, long buffer, long count);

    static native int ioctl(int fd, long request, long argument);

    static native int poll(long fds, long count, int timeoutMillis);

    static native int socket(int family, int type, int protocol);

    static native int bind(int fd, long address, int length);

    static native int connect(int fd, long address, int length);

    static native int listen(int fd, int backlog);

    static native int accept4(int fd, long address, long length, int flags);

    static native int shutdown(int fd, int how);

    static native int getpeername(int fd, long address, long length);

    static native int setsockopt(int fd, int level, int name, long value, int length);

    static native int getsockopt(int fd, int level, int name, long value, long length);

    static native long sendmsg(int fd, long message, int flags);

    static native long recvmsg(int fd, long message, int flags);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, long event);

    static native int epoll_wait(int epoll, long events, int most, int timeoutMillis);

    static native int eventfd(int initial, int flags);

    static native int memfd_create(byte[] name, int flags);

    static native int fcntl(int fd, int command, long argument);

    static native int fallocate(int fd, int mode, long offset, long length);

    static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    static native int munmap(long address, long length);

    static native long syscall(long number, long uaddr, long operation, long value, long timeout, long uaddr2,
            long value3);
}
