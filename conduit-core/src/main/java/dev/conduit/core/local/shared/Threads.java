package dev.conduit.core.local.shared;

import java.util.concurrent.TimeUnit;

/** Waiting for threads where an interrupt must not be lost, and must not cut the wait short. */
public final class Threads {

    private Threads() {
    }

    /**
     * Waits for a thread to end; an interrupt meanwhile is kept for later.
     *
     * @param thread the thread
     * @param seconds longest wait
     * @return true when it has ended
     */
    public static boolean join(Thread thread, long seconds) {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long rest = deadline - System.nanoTime();
        while (thread.isAlive() && rest > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, rest);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            rest = deadline - System.nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
