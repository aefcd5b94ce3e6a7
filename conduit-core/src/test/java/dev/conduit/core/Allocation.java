package dev.conduit.core;

import java.lang.reflect.Method;

/** Counts what the running thread allocates on the heap. */
public final class Allocation {

    private Allocation() {
    }

    /**
     * Returns the bytes this thread has allocated so far. By reflection, because the modules under test require no
     * management module.
     */
    public static long bytesOfThisThread() throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes",
                long.class);
        return (long) method.invoke(threads, Thread.currentThread().getId());
    }
}
