package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The data path allocates nothing: each kind of call, a thousand times. */
class VchanAllocationTest {

    /** A round of calls that leaves the channel as it was. */
    private interface Round {
        void run() throws Exception;
    }

    /** Bytes this thread has allocated; by reflection, because the module requires no management module. */
    private static long allocated() throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getThreadAllocatedBytes", long.class);
        return (long) method.invoke(threads, Thread.currentThread().getId());
    }

    /** The least of several tries, because the JVM itself allocates when it links and compiles. */
    private static void assertNothingAllocated(Round round) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = allocated();
            long measuring = allocated() - start;
            long before = allocated();
            for (int k = 0; k < 1000; k++) {
                round.run();
            }
            least = Math.min(least, allocated() - before - measuring);
        }
        assertThat(least).isLessThanOrEqualTo(0);
    }

    @Test
    void shouldAllocateNothingWhenCopying() throws Exception {
        try (Pair pair = Pair.connected(4096, 4096)) {
            ByteBuffer direct = ByteBuffer.allocateDirect(100);
            ByteBuffer heap = ByteBuffer.allocate(100);
            ByteBuffer[] parts = {direct, heap};
            assertNothingAllocated(() -> {
                pair.client.write(direct.clear());
                pair.server.read(heap.clear());
                pair.server.write(heap.clear(), LONG);
                pair.client.read(direct.clear(), LONG);
                pair.client.tryWrite(heap.clear());
                pair.server.tryRead(direct.clear());
                pair.server.tryRead(direct.clear());
                pair.client.send(heap.clear(), LONG);
                pair.server.receive(direct.clear(), LONG);
                direct.clear();
                heap.clear();
                pair.client.write(parts);
                direct.clear();
                heap.clear();
                pair.server.read(parts);
                pair.server.state();
                pair.server.available();
                pair.server.free();
            });
        }
    }

    @Test
    void shouldAllocateNothingWithViews() throws Exception {
        for (FlushPolicy flush : new FlushPolicy[] {FlushPolicy.EACH_WRITE, FlushPolicy.batched(1024),
            FlushPolicy.EXPLICIT}) {
            try (Pair pair = Pair.connected(VchanOptions.defaults().withFlush(flush))) {
                assertNothingAllocated(() -> {
                    pair.client.reserve(64, LONG).putLong(0x1234);
                    pair.client.commit(64);
                    pair.client.flush();
                    pair.server.peek(1, LONG).getLong();
                    pair.server.release(64);
                });
            }
        }
    }

    @Test
    void shouldAllocateNothingWhenSelecting() throws Exception {
        try (Pair pair = Pair.connected(4096, 4096);
                VchanSelector<VchanChannel> selector = VchanSelector.open(pair.serverPlatform)) {
            pair.server.register(selector, pair.server);
            ByteBuffer buffer = ByteBuffer.allocateDirect(100);
            assertNothingAllocated(() -> {
                pair.client.write(buffer.clear());
                selector.select(LONG).get(0).tryRead(buffer.clear());
                selector.select(Duration.ZERO);
            });
        }
    }
}
