package dev.conduit.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/** Waiting is part of the data path, which allocates nothing. */
class AwaitAllocationTest {

    private static final int WAITS = 50_000;

    @Test
    void shouldAllocateNothingPerWait() throws Exception {
        EventSource source = new EventSource() {
            @Override
            public int take(int[] ports, long timeoutNanos) {
                ports[0] = 3;
                return 1;
            }

            @Override
            public void interrupt() {
            }
        };
        try (EventDispatcher dispatcher = new EventDispatcher(source, 10)) {
            PortEvents port = dispatcher.register(3);
            wait(port);
            long before = allocatedBytes();
            wait(port);
            long bytes = allocatedBytes() - before;

            assertThat(port.count()).isEqualTo(2 * WAITS);
            assertThat(bytes).as("bytes for %d waits", WAITS).isLessThan(WAITS);
        }
    }

    private static void wait(PortEvents port) throws Exception {
        for (int i = 0; i < WAITS; i++) {
            port.await(port.count(), System.nanoTime() + 1_000_000_000L);
        }
    }

    /** By reflection, because the module under test requires no management module. */
    private static long allocatedBytes() throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes",
                long.class);
        return (long) method.invoke(threads, Thread.currentThread().getId());
    }
}
