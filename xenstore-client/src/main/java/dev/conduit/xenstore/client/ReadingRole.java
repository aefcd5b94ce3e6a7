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
 * <p>A thread that waits for a reply takes the role when it is free, reads until its reply is there, and passes the role
 * on to another one that waits. So a reply reaches the only caller without waking a second thread. A background thread
 * reads when nobody waits. It leaves the role alone for a rest after each call, longer while calls follow each other, and
 * so takes nothing from them. An event that comes right behind the last call may wait for the end of that rest.
 */
final class ReadingRole {

    /** How long the background thread stays away after a call. */
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
    private volatile long lastCall = System.nanoTime();
    /** Set for good when the connection has ended: nobody reads any more. */
    private volatile boolean ended;

    /** Waits for a reply, reading when nobody else does. See {@link Transport#await}. */
    <T> T await(CompletableFuture<T> reply, long nanos, Reader reader)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begin = System.nanoTime();
        lastCall = begin;
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
            lastCall = System.nanoTime();
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
     * Wakes a thread to read. Whoever lays the role down looks for followers behind that, and a follower looks at the role
     * behind its registration: one of the two sees the other.
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
            long call = lastCall;
            long quiet = System.nanoTime() - call;
            if (quiet < rest) {
                LockSupport.parkNanos(this, rest - quiet);
                if (lastCall != call) {
                    rest = Math.min(2 * rest, LONGEST_REST);
                }
            } else if (taken.compareAndSet(false, true)) {
                if (ended || !readUntilCalled(reader)) {
                    ended = true;
                    return;
                }
                taken.set(false);
                passOn();
                rest = SHORTEST_REST;
            } else {
                LockSupport.parkNanos(this, LONGEST_REST);
            }
        }
    }

    private boolean readUntilCalled(Reader reader) {
        long before = lastCall;
        do {
            if (!reader.read(Long.MAX_VALUE)) {
                return false;
            }
        } while (lastCall == before);
        return true;
    }
}
