package dev.conduit.xenstore.client;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides which thread reads from a connection: at any time at most one.
 *
 * <p>A thread that waits for a reply takes the role when it is free, reads until its reply is there, and passes the
 * role on to another one that waits. So a reply reaches the only caller without waking a second thread. A background
 * thread reads when nobody waits. It lays the role down after {@link #STREAK} calls without an event between them, and
 * leaves it alone for a rest after each call, longer while calls go on: so it takes nothing from them, and is back
 * soon behind the last one.
 */
final class ReadingRole {

    /** Replies in a row, without an event between them, after which the background thread steps aside. */
    private static final int STREAK = 4;
    /** How long it stays away after a call. */
    private static final long SHORTEST_REST = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(1);

    /** Reads. */
    @FunctionalInterface
    interface Reader {

        /**
         * Waits for input, at most as long or until the thread is interrupted, and delivers what came.
         *
         * @param nanos longest wait; {@link Long#MAX_VALUE} for no limit
         * @return false when the connection has ended
         */
        boolean read(long nanos);
    }

    private final AtomicBoolean taken = new AtomicBoolean();
    /** Threads that wait for a reply while another one reads. */
    private final Queue<Thread> followers = new ConcurrentLinkedQueue<>();
    private volatile long lastBegin = System.nanoTime();
    private volatile long lastEnd = lastBegin;
    /** Set for good when the connection has ended: nobody reads any more. */
    private volatile boolean ended;

    /** Waits for a reply, reading when nobody else does. See {@link Transport#await}. */
    <T> T await(CompletableFuture<T> reply, long nanos, Reader reader)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begin = System.nanoTime();
        lastBegin = begin;
        boolean following = false;
        try {
            while (!reply.isDone()) {
                long left = nanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    throw new TimeoutException();
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!ended && taken.compareAndSet(false, true)) {
                    lead(reply, left, reader);
                } else if (!following) {
                    following = true;
                    follow(reply);
                } else {
                    LockSupport.parkNanos(this, left);
                }
            }
        } finally {
            if (following) {
                followers.remove(Thread.currentThread());
            }
            lastEnd = System.nanoTime();
            passOn();
        }
        return reply.get();
    }

    private void lead(CompletableFuture<?> reply, long nanos, Reader reader) {
        try {
            long begin = System.nanoTime();
            long left = nanos;
            while (!reply.isDone() && left > 0 && !Thread.currentThread().isInterrupted()) {
                if (!reader.read(left)) {
                    ended = true;
                    return;
                }
                left = nanos - (System.nanoTime() - begin);
            }
        } finally {
            taken.set(false);
        }
    }

    /** From now on this thread is woken by its reply and by whoever lays the role down. */
    private void follow(CompletableFuture<?> reply) {
        Thread self = Thread.currentThread();
        followers.add(self);
        reply.whenComplete((value, failure) -> LockSupport.unpark(self));
    }

    /**
     * Wakes a thread to read. Whoever lays the role down looks for followers behind that, and a follower looks at the
     * role behind its registration: one of the two sees the other.
     */
    private void passOn() {
        if (!taken.get() && !ended) {
            LockSupport.unpark(followers.peek());
        }
    }

    /** The background thread's part; returns when the connection has ended, with the role taken for good. */
    void serve(Reader reader) {
        long rest = SHORTEST_REST;
        while (true) {
            long end = lastEnd;
            long missing = rest - (System.nanoTime() - end);
            if (missing <= 0 && taken.compareAndSet(false, true)) {
                if (ended || !readThroughStreak(reader)) {
                    ended = true;
                    return;
                }
                taken.set(false);
                passOn();
                rest = SHORTEST_REST;
                continue;
            }
            LockSupport.parkNanos(this, missing > 0 ? missing : rest);
            if (missing <= 0 || lastEnd != end) {
                rest = Math.min(2 * rest, LONGEST_REST);
            }
        }
    }

    private boolean readThroughStreak(Reader reader) {
        int streak = 0;
        for (long seen = lastBegin; streak < STREAK; ) {
            if (!reader.read(Long.MAX_VALUE)) {
                return false;
            }
            long begin = lastBegin;
            streak = begin == seen ? 0 : streak + 1;
            seen = begin;
        }
        return true;
    }
}
