package dev.conduit.rendezvous;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one background thread of a conduit: runs its chores when one is signalled or due, and sleeps otherwise. */
final class Dispatcher implements AutoCloseable {

    /** A {@link #poll} result: nothing to do until the next signal. */
    static final long IDLE = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long JOIN_MILLIS = 10_000;
    private static final long AFTER_FAILURE_NANOS = 100_000_000;

    /** Something to look after. */
    interface Chore {

        /**
         * Does a bounded amount of work.
         *
         * @return nanoseconds until the next call is due (0: at once), or {@link #IDLE}
         */
        long poll();
    }

    private final Set<Chore> chores = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean stopped;

    Dispatcher(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    void add(Chore chore) {
        chores.add(chore);
        signal();
    }

    void remove(Chore chore) {
        chores.remove(chore);
    }

    /** Makes every chore run soon. From any thread, never blocks. */
    void signal() {
        if (!signalled.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopped) {
            signalled.set(false);
            long due = IDLE;
            for (Chore chore : chores) {
                due = Math.min(due, poll(chore));
            }
            if (due > 0 && !signalled.get() && !stopped) {
                if (due == IDLE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, due);
                }
            }
        }
    }

    private static long poll(Chore chore) {
        try {
            return chore.poll();
        } catch (RuntimeException bug) {
            LOG.error("background work failed, trying again: {}", bug.toString(), bug);
            return AFTER_FAILURE_NANOS;
        }
    }

    /** Ends the thread and waits for it, bounded. Idempotent. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        Interrupts.deferred(() -> thread.join(JOIN_MILLIS));
    }
}
