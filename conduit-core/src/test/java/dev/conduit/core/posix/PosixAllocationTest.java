package dev.conduit.core.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.Allocation;
import org.junit.jupiter.api.Test;

/** The calls that waiting and waking make. FFM allocates a little until it is compiled; compiled, nothing. */
class PosixAllocationTest {

    private static final int ROUNDS = 20_000;
    private static final int MAX_WARM_UPS = 50;
    private static final long PAGE = 4096;

    private final Posix posix = PosixLoader.posix();

    @Test
    void shouldAllocateNothingPerCall() throws Exception {
        int fd = posix.memfdCreate("allocation", PosixConstants.MFD_CLOEXEC);
        long memory = posix.mmap(0, PAGE, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                PosixConstants.MAP_SHARED | PosixConstants.MAP_ANONYMOUS, -1, 0);
        try {
            long bytes = Long.MAX_VALUE;
            for (int attempt = 0; attempt < MAX_WARM_UPS && bytes >= ROUNDS; attempt++) {
                long before = Allocation.bytesOfThisThread();
                call(fd, memory);
                bytes = Allocation.bytesOfThisThread() - before;
            }

            assertThat(bytes).as("bytes for %d rounds of 6 calls by %s", ROUNDS, posix.name()).isLessThan(ROUNDS);
        } finally {
            posix.munmap(memory, PAGE);
            posix.close(fd);
        }
    }

    private void call(int fd, long memory) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            sum += posix.futexWake(memory, 1);
            sum += posix.futexWait(memory, 1, 1_000) + Errno.EAGAIN;
            sum += posix.pollIn(fd, 0) - PosixConstants.POLLIN;
            sum += posix.read(fd, memory, 4);
            sum += posix.write(-1, memory, 4) + Errno.EBADF;
            sum += posix.ioctl(fd, 0, 0) + Errno.ENOTTY;
        }
        assertThat(sum).isZero();
    }
}
