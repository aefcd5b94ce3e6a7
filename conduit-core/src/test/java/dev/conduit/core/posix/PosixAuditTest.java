package dev.conduit.core.posix;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every constant, system call number and structure offset under {@link Posix} against the real headers. */
class PosixAuditTest {

    private static final Set<String> CALL_NUMBERS = Set.of("SYS_FUTEX_X86_64", "SYS_FUTEX_AARCH64");

    @TempDir
    Path directory;

    @Test
    void shouldAgreeWithTheHeadersOnConstants() throws Exception {
        new HeaderAudit("fcntl.h", "linux/futex.h", "poll.h", "sys/epoll.h", "sys/eventfd.h", "sys/mman.h",
                "sys/socket.h")
                .constants(PosixConstants.class, CALL_NUMBERS)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnErrorNumbers() throws Exception {
        HeaderAudit audit = new HeaderAudit("errno.h").constants(Errno.class, Set.of());
        for (int number = 1; number < 134; number++) {
            String name = Errno.name(number);
            if (name.startsWith("E")) {
                audit.value(name, number);
            }
        }
        audit.value("EHWPOISON", 133).verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnCallNumbers() throws Exception {
        new HeaderAudit("sys/syscall.h").value("SYS_futex", PosixConstants.futexNumber()).verify(directory);
    }

    @Test
    void shouldAgreeWithTheGenericHeaderOnAarch64CallNumbers() throws Exception {
        new HeaderAudit("asm-generic/unistd.h").value("__NR_futex", PosixConstants.SYS_FUTEX_AARCH64)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnStructures() throws Exception {
        new HeaderAudit("poll.h", "sys/epoll.h", "sys/socket.h", "sys/uio.h", "sys/un.h", "time.h")
                .offset("struct pollfd", "fd", PosixLayout.POLLFD_FD)
                .offset("struct pollfd", "events", PosixLayout.POLLFD_EVENTS)
                .offset("struct pollfd", "revents", PosixLayout.POLLFD_REVENTS)
                .size("struct pollfd", PosixLayout.POLLFD_SIZE)
                .offset("struct timespec", "tv_sec", PosixLayout.TIMESPEC_SEC)
                .offset("struct timespec", "tv_nsec", PosixLayout.TIMESPEC_NSEC)
                .size("struct timespec", PosixLayout.TIMESPEC_SIZE)
                .offset("struct sockaddr_un", "sun_family", PosixLayout.SOCKADDR_UN_FAMILY)
                .offset("struct sockaddr_un", "sun_path", PosixLayout.SOCKADDR_UN_PATH)
                .size("struct sockaddr_un", PosixLayout.SOCKADDR_UN_SIZE)
                .offset("struct msghdr", "msg_iov", PosixLayout.MSGHDR_IOV)
                .offset("struct msghdr", "msg_iovlen", PosixLayout.MSGHDR_IOVLEN)
                .offset("struct msghdr", "msg_control", PosixLayout.MSGHDR_CONTROL)
                .offset("struct msghdr", "msg_controllen", PosixLayout.MSGHDR_CONTROLLEN)
                .offset("struct msghdr", "msg_flags", PosixLayout.MSGHDR_FLAGS)
                .size("struct msghdr", PosixLayout.MSGHDR_SIZE)
                .offset("struct iovec", "iov_base", PosixLayout.IOVEC_BASE)
                .offset("struct iovec", "iov_len", PosixLayout.IOVEC_LEN)
                .size("struct iovec", PosixLayout.IOVEC_SIZE)
                .offset("struct cmsghdr", "cmsg_len", PosixLayout.CMSGHDR_LEN)
                .offset("struct cmsghdr", "cmsg_level", PosixLayout.CMSGHDR_LEVEL)
                .offset("struct cmsghdr", "cmsg_type", PosixLayout.CMSGHDR_TYPE)
                .value("CMSG_LEN(0)", PosixLayout.CMSGHDR_SIZE)
                .value("CMSG_SPACE(1)", PosixLayout.CMSGHDR_SIZE + PosixLayout.CMSG_ALIGNMENT)
                .offset("struct epoll_event", "events", PosixLayout.EPOLL_EVENT_EVENTS)
                .offset("struct epoll_event", "data", PosixLayout.EPOLL_EVENT_DATA)
                .size("struct epoll_event", PosixLayout.EPOLL_EVENT_SIZE)
                .value("sizeof(struct epoll_event) <= " + PosixLayout.SCRATCH_SIZE, 1)
                .value("sizeof(struct pollfd) <= " + PosixLayout.SCRATCH_SIZE, 1)
                .value("sizeof(struct timespec) <= " + PosixLayout.SCRATCH_SIZE, 1)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnTypeSizes() throws Exception {
        new HeaderAudit("fcntl.h", "poll.h", "time.h", "sys/socket.h", "sys/types.h")
                .size("int", Integer.BYTES)
                .size("mode_t", Integer.BYTES)
                .size("sa_family_t", Short.BYTES)
                .size("short", Short.BYTES)
                .size("socklen_t", Integer.BYTES)
                .size("long", Long.BYTES)
                .size("size_t", Long.BYTES)
                .size("ssize_t", Long.BYTES)
                .size("off_t", Long.BYTES)
                .size("nfds_t", Long.BYTES)
                .size("time_t", Long.BYTES)
                .size("void *", Long.BYTES)
                .verify(directory);
    }
}
