package dev.conduit.rendezvous.directory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for calls that block; none while nothing is called. */
final class Workers {

    private static final long KEEP_SECONDS = 10;

    private Workers() {}

    /** Tasks beyond the number of threads wait; the caller bounds how many. What comes after the end is dropped. */
    static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, KEEP_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return pool;
    }

    static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** What comes, or is still to come, after the end is dropped. */
    static void dropLate(ScheduledThreadPoolExecutor thread) {
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Lets what runs end, for a while; then interrupts it. */
    static void close(ExecutorService pool, long patienceMillis) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(patienceMillis, TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
                pool.awaitTermination(patienceMillis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupt) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
