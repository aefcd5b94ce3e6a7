package dev.conduit.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.Allocation;
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
            long before = Allocation.bytesOfThisThread();
            wait(port);
            long bytes = Allocation.bytesOfThisThread() - before;

            assertThat(port.count()).isEqualTo(2 * WAITS);
            assertThat(bytes).as("bytes for %d waits", WAITS).isLessThan(WAITS);
        }
    }

    private static void wait(PortEvents port) throws Exception {
        for (int i = 0; i < WAITS; i++) {
            port.await(port.count(), System.nanoTime() + 1_000_000_000L);
        }
    }
}
