package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class ReplayAllocationTest {

    private static final int SEGMENTS = 100_000;

    @Test
    void shouldAllocateNothingPerSegment() throws Exception {
        // By name: this module does not require the ones of these classes.
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        ReplayRig rig = new ReplayRig("10.9.0.10");
        ByteBuffer data = rig.fromGuest(1000);
        ByteBuffer acknowledgement = rig.fromClient(0);
        ByteBuffer frame = ByteBuffer.allocate(2048);
        long thread = Thread.currentThread().getId();
        carry(rig, data, acknowledgement, frame);
        long before = (long) method.invoke(threads, thread);
        carry(rig, data, acknowledgement, frame);
        assertThat((long) method.invoke(threads, thread) - before).isLessThan(SEGMENTS);
        assertThat(rig.passed).isEqualTo(4L * SEGMENTS);
    }

    private static void carry(ReplayRig rig, ByteBuffer data, ByteBuffer acknowledgement, ByteBuffer frame) {
        for (int i = 0; i < SEGMENTS; i++) {
            rig.receive(frame.clear().put(0, data, 0, data.limit()).limit(data.limit()));
            rig.receive(frame.clear().put(0, acknowledgement, 0, acknowledgement.limit()).limit(acknowledgement.limit()));
        }
    }
}
