package dev.conduit.bench.vchan;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this process has used so far. */
final class Usage {

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * Where it stands.
     *
     * @param nanos the clock
     * @param processor processor time of all threads, nanoseconds
     * @param allocated bytes allocated by all threads that live
     */
    record Sample(long nanos, long processor, long allocated) {}

    Sample sample() {
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        return new Sample(System.nanoTime(), system.getProcessCpuTime(), allocated);
    }
}
