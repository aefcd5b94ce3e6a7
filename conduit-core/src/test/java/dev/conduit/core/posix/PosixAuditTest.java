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
        new HeaderAudit("fcntl.h", "linux/futex.h", "poll.h", "sys/mman.h")
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
        new HeaderAudit("poll.h", "time.h")
                .offset("struct pollfd", "fd", PosixLayout.POLLFD_FD)
                .offset("struct pollfd", "events", PosixLayout.POLLFD_EVENTS)
                .offset("struct pollfd", "revents", PosixLayout.POLLFD_REVENTS)
                .size("struct pollfd", PosixLayout.POLLFD_SIZE)
                .offset("struct timespec", "tv_sec", PosixLayout.TIMESPEC_SEC)
                .offset("struct timespec", "tv_nsec", PosixLayout.TIMESPEC_NSEC)
                .size("struct timespec", PosixLayout.TIMESPEC_SIZE)
                .value("sizeof(struct pollfd) <= " + PosixLayout.SCRATCH_SIZE, 1)
                .value("sizeof(struct timespec) <= " + PosixLayout.SCRATCH_SIZE, 1)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnTypeSizes() throws Exception {
        new HeaderAudit("fcntl.h", "poll.h", "time.h", "sys/types.h")
                .size("int", Integer.BYTES)
                .size("mode_t", Integer.BYTES)
                .size("short", Short.BYTES)
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
