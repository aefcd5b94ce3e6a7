package dev.conduit.core.posix;

import java.util.Locale;

/**
 * The numbers the calls of {@link Posix} take. All are the same on x86-64 and aarch64 Linux but for the number of the
 * futex call; flags that differ between the two (O_DIRECTORY, O_NOFOLLOW, O_DIRECT) are left out on purpose.
 */
public final class PosixConstants {

    /** fcntl.h: open for reading. */
    public static final int O_RDONLY = 0;
    /** fcntl.h: open for writing. */
    public static final int O_WRONLY = 1;
    /** fcntl.h: open for both. */
    public static final int O_RDWR = 2;
    /** fcntl.h: create the file when it is missing. */
    public static final int O_CREAT = 0x40;
    /** fcntl.h: with O_CREAT, fail when it exists. */
    public static final int O_EXCL = 0x80;
    /** fcntl.h: empty the file. */
    public static final int O_TRUNC = 0x200;
    /** fcntl.h: reads and writes do not block. */
    public static final int O_NONBLOCK = 0x800;
    /** fcntl.h: close on exec. */
    public static final int O_CLOEXEC = 0x80000;

    /** sys/mman.h: no access. */
    public static final int PROT_NONE = 0;
    /** sys/mman.h: readable. */
    public static final int PROT_READ = 1;
    /** sys/mman.h: writable. */
    public static final int PROT_WRITE = 2;

    /** sys/mman.h: changes are shared. */
    public static final int MAP_SHARED = 1;
    /** sys/mman.h: changes are private. */
    public static final int MAP_PRIVATE = 2;
    /** sys/mman.h: exactly at this address, replacing what is there. */
    public static final int MAP_FIXED = 0x10;
    /** sys/mman.h: zero pages, no file. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** sys/mman.h: reserve no swap. */
    public static final int MAP_NORESERVE = 0x4000;
    /** sys/mman.h: fault the pages in at once. */
    public static final int MAP_POPULATE = 0x8000;

    /** fcntl.h: get the descriptor flags. */
    public static final int F_GETFD = 1;
    /** fcntl.h: set the descriptor flags. */
    public static final int F_SETFD = 2;
    /** fcntl.h: get the file status flags. */
    public static final int F_GETFL = 3;
    /** fcntl.h: set the file status flags. */
    public static final int F_SETFL = 4;
    /** fcntl.h: the descriptor flag close-on-exec. */
    public static final int FD_CLOEXEC = 1;
    /** fcntl.h: add seals to a memory file. */
    public static final int F_ADD_SEALS = 1033;
    /** fcntl.h: get the seals of a memory file. */
    public static final int F_GET_SEALS = 1034;
    /** fcntl.h: no more seals. */
    public static final int F_SEAL_SEAL = 1;
    /** fcntl.h: the file cannot shrink. */
    public static final int F_SEAL_SHRINK = 2;
    /** fcntl.h: the file cannot grow. */
    public static final int F_SEAL_GROW = 4;
    /** fcntl.h: the file cannot be written. */
    public static final int F_SEAL_WRITE = 8;
    /** fcntl.h: no new writable mapping; existing ones stay. */
    public static final int F_SEAL_FUTURE_WRITE = 16;

    /** sys/mman.h: close on exec. */
    public static final int MFD_CLOEXEC = 1;
    /** sys/mman.h: seals may be added. */
    public static final int MFD_ALLOW_SEALING = 2;

    /** poll.h: readable. */
    public static final short POLLIN = 1;
    /** poll.h: takes output. */
    public static final short POLLOUT = 4;
    /** poll.h: an error on the descriptor. */
    public static final short POLLERR = 8;
    /** poll.h: the other end is gone. */
    public static final short POLLHUP = 0x10;
    /** poll.h: the descriptor is not open. */
    public static final short POLLNVAL = 0x20;

    /** sys/socket.h: sockets named by files. */
    public static final int AF_UNIX = 1;
    /** sys/socket.h: a stream of bytes. */
    public static final int SOCK_STREAM = 1;
    /** sys/socket.h: calls do not block. */
    public static final int SOCK_NONBLOCK = 0x800;
    /** sys/socket.h: close on exec. */
    public static final int SOCK_CLOEXEC = 0x80000;
    /** sys/socket.h: level of control messages of sockets in general. */
    public static final int SOL_SOCKET = 1;
    /** sys/socket.h: the error of a connection, read once. */
    public static final int SO_ERROR = 4;
    /** sys/socket.h: an address that old connections still have may be taken. */
    public static final int SO_REUSEADDR = 2;
    /** sys/socket.h: memory for what was received, in bytes; Linux doubles it. */
    public static final int SO_RCVBUF = 8;
    /** sys/socket.h: no more input. */
    public static final int SHUT_RD = 0;
    /** sys/socket.h: no more output. */
    public static final int SHUT_WR = 1;
    /** sys/socket.h: no more of either. */
    public static final int SHUT_RDWR = 2;
    /** sys/socket.h: control message that carries descriptors. */
    public static final int SCM_RIGHTS = 1;
    /** sys/socket.h: received control messages did not fit. */
    public static final int MSG_CTRUNC = 8;
    /** sys/socket.h: no SIGPIPE when the peer is gone. */
    public static final int MSG_NOSIGNAL = 0x4000;
    /** sys/socket.h: received descriptors are closed on exec. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** sys/epoll.h: close on exec. */
    public static final int EPOLL_CLOEXEC = 0x80000;
    /** sys/epoll.h: look at a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;
    /** sys/epoll.h: look at a descriptor no more. */
    public static final int EPOLL_CTL_DEL = 2;
    /** sys/epoll.h: look for other events. */
    public static final int EPOLL_CTL_MOD = 3;
    /** sys/epoll.h: readable. */
    public static final int EPOLLIN = 1;
    /** sys/epoll.h: takes output. */
    public static final int EPOLLOUT = 4;
    /** sys/epoll.h: an error on the descriptor. */
    public static final int EPOLLERR = 8;
    /** sys/epoll.h: the other end is gone. */
    public static final int EPOLLHUP = 0x10;

    /** sys/eventfd.h: close on exec. */
    public static final int EFD_CLOEXEC = 0x80000;
    /** sys/eventfd.h: reads and writes do not block. */
    public static final int EFD_NONBLOCK = 0x800;

    /** linux/futex.h: sleep while the word has a value, across processes. */
    public static final int FUTEX_WAIT = 0;
    /** linux/futex.h: wake sleepers, across processes. */
    public static final int FUTEX_WAKE = 1;

    /** Number of futex(2) on x86-64: asm/unistd_64.h. */
    public static final int SYS_FUTEX_X86_64 = 202;
    /** Number of futex(2) on aarch64: asm-generic/unistd.h. */
    public static final int SYS_FUTEX_AARCH64 = 98;

    private PosixConstants() {
    }

    /**
     * Returns the number of futex(2) on this machine.
     *
     * @return the number for syscall(2)
     * @throws UnsupportedOperationException when this is not x86-64 or aarch64 Linux
     */
    public static int futexNumber() {
        return futexNumber(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static int futexNumber(String system, String architecture) {
        if (system.equals("Linux")) {
            switch (architecture.toLowerCase(Locale.ROOT)) {
                case "amd64", "x86_64":
                    return SYS_FUTEX_X86_64;
                case "aarch64":
                    return SYS_FUTEX_AARCH64;
                default:
                    break;
            }
        }
        throw new UnsupportedOperationException("native calls work on Linux on x86-64 and aarch64; this is " + system
                + " on " + architecture);
    }
}
