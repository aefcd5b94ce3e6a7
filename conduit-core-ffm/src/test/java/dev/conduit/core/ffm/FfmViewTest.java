package dev.conduit.core.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What only a user of Java 22 and newer can do with a view. */
class FfmViewTest {

    private static final long PAGE = 4096;

    private final Posix posix = new FfmPosix();

    @Test
    void shouldKeepTheMemoryWhileASegmentMadeFromASliceIsReachable() {
        long memory = posix.mmap(0, PAGE, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS, -1, 0);
        assertThat(memory).isPositive();
        AtomicInteger released = new AtomicInteger();
        MemorySegment segment = MemorySegment.ofBuffer(markedSlice(memory, released::incrementAndGet));
        AtomicInteger dropped = new AtomicInteger();
        markedSlice(memory, dropped::incrementAndGet);

        awaitOne(dropped);

        assertThat(released).hasValue(0);
        assertThat(segment.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
        segment = null;
        awaitOne(released);
        assertThat(posix.munmap(memory, PAGE)).isZero();
    }

    private ByteBuffer markedSlice(long memory, Runnable release) {
        ByteBuffer buffer = posix.view(memory, PAGE, release);
        buffer.putInt(8, 42);
        return buffer.slice(8, 16);
    }

    private static void awaitOne(AtomicInteger count) {
        await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            System.gc();
            return count.get() == 1;
        });
    }
}
