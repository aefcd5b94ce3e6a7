package dev.conduit.core.event;

import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings the events of one {@link EventSource} to the threads that wait for them, without a thread of its own.
 *
 * <p><b>Leader and followers.</b> Of the threads in {@link PortEvents#await} one is the leader: it alone is in
 * {@link EventSource#take}, counts the events it took on their ports and unparks the threads that wait for those. The
 * others are parked. When the leader leaves (its own event came, time is up, it was interrupted) it makes the thread
 * that waits longest the leader. So a single waiter is woken once, by the kernel, and not by way of another thread.
 *
 * <p><b>Why no wake-up is lost.</b> Joining, leaving, counting and choosing the leader happen under one lock, which is
 * not held during take. A thread joins only while its count is still the one it saw; from then on who counts an event
 * finds it in the port's list, and unparks it. While anyone is in the queue there is a leader: a thread that joins
 * without one becomes it, and a leader that leaves names another, also one that is just about to leave, which then
 * passes it on in turn. What changes the leader's own port from outside (wakeUp, close, fail) interrupts take, and an
 * interrupt that comes before take ends the next one.
 *
 * <p>Waits are cut into slices of at most 100 ms, so that interrupts and faults below are noticed. Thread-safe; waiting
 * allocates nothing.
 */
public final class EventDispatcher implements AutoCloseable {

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BATCH = 256;
    private static final long CLOSE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EventSource source;
    private final int maxPort;
    private final long sliceNanos;
    private final Object lock = new Object();

    /** The leader's own: handed over with leadership, under the lock. */
    private final int[] taken = new int[BATCH];

    /** Indexed by port number; guarded by the lock, as is the queue. */
    private PortEvents[] ports = new PortEvents[16];
    private final WaiterQueue queue = new WaiterQueue();

    /** Stands for a port that had an event before it was registered. */
    private final PortEvents early = new PortEvents(this, 0);

    /** Written under the lock. */
    private volatile Waiter leader;
    private volatile boolean closed;
    private volatile String lost;

    /**
     * Creates a dispatcher.
     *
     * @param source where the events come from; not closed with the dispatcher
     * @param maxPort the highest port number; higher ones from the source are ignored
     */
    public EventDispatcher(EventSource source, int maxPort) {
        this(source, maxPort, SLICE_NANOS);
    }

    /** For tests that must not be rescued by the end of a slice. */
    EventDispatcher(EventSource source, int maxPort, long sliceNanos) {
        this.source = source;
        this.maxPort = maxPort;
        this.sliceNanos = sliceNanos;
    }

    /**
     * Starts counting a port's events. An event that came just before counts.
     *
     * @param number the port, 1 to {@code maxPort}
     * @return its events; close it before the number is used anew
     * @throws IllegalArgumentException when the number is out of range
     * @throws IllegalStateException when the port is registered
     * @throws PlatformException when the dispatcher is closed or the platform is lost
     */
    public PortEvents register(int number) throws PlatformException {
        if (number < 1 || number > maxPort) {
            throw new IllegalArgumentException("event port " + number + " is not between 1 and " + maxPort);
        }
        PortEvents port = new PortEvents(this, number);
        synchronized (lock) {
            checkAlive();
            growTo(number);
            if (ports[number] == early) {
                port.increment();
            } else if (ports[number] != null) {
                throw new IllegalStateException("event port " + number + " is registered already");
            }
            ports[number] = port;
        }
        return port;
    }

    /**
     * Ends all waiting, now and later, with a {@link PlatformLostException}. The first call counts.
     *
     * @param message one line: what is lost, and what to do
     */
    public void fail(String message) {
        synchronized (lock) {
            if (lost == null) {
                lost = message;
            }
            unparkAll();
        }
        source.interrupt();
    }

    /**
     * Ends all waiting, now and later, with an exception, and waits until no thread is in the source any more, so that
     * it can be closed next; at most two seconds. Idempotent.
     */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            unparkAll();
        }
        source.interrupt();
        awaitNoLeader();
    }

    private void awaitNoLeader() {
        long deadline = System.nanoTime() + CLOSE_PATIENCE_NANOS;
        boolean interrupted = false;
        synchronized (lock) {
            long remaining = CLOSE_PATIENCE_NANOS;
            while (leader != null && leader.thread != Thread.currentThread() && remaining > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, remaining);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                remaining = deadline - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void checkAlive() throws PlatformException {
        if (closed) {
            throw new PlatformException("the platform is closed");
        }
        String message = lost;
        if (message != null) {
            throw new PlatformLostException(message);
        }
    }

    long await(PortEvents port, long seen, long deadline) throws PlatformException, InterruptedException {
        Waiter waiter = Waiter.OF_THREAD.get();
        synchronized (lock) {
            long now = port.current(seen);
            if (now != seen) {
                return now;
            }
            port.add(waiter);
            queue.add(waiter);
            if (leader == null) {
                leader = waiter;
            }
        }
        try {
            return waitForChange(waiter, port, seen, deadline);
        } finally {
            leave(waiter, port);
        }
    }

    private long waitForChange(Waiter waiter, PortEvents port, long seen, long deadline)
            throws PlatformException, InterruptedException {
        boolean late = false;
        while (true) {
            // Before the count is read: who changes it from now on sees this thread lead, and interrupts take.
            boolean leading = leader == waiter;
            long now = port.current(seen);
            if (now != seen || late) {
                return now;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting on event port " + port.number());
            }
            long remaining = deadline - System.nanoTime();
            late = remaining <= 0;
            if (leading) {
                lead(late ? 0 : Math.min(remaining, sliceNanos));
            } else if (!late) {
                LockSupport.parkNanos(this, Math.min(remaining, sliceNanos));
            }
        }
    }

    private void lead(long timeoutNanos) {
        int count;
        try {
            count = source.take(taken, timeoutNanos);
        } catch (PlatformLostException e) {
            fail(e.getMessage());
            return;
        }
        if (count > 0) {
            synchronized (lock) {
                for (int i = 0; i < count; i++) {
                    deliver(taken[i]);
                }
            }
        }
    }

    private void deliver(int number) {
        if (number < 1 || number > maxPort) {
            return;
        }
        growTo(number);
        PortEvents port = ports[number];
        if (port == null) {
            ports[number] = early;
        } else {
            count(port);
        }
    }

    /** Under the lock: counts an event and unparks; true when the leader waits for this port. */
    private boolean count(PortEvents port) {
        port.increment();
        return unpark(port);
    }

    private boolean unpark(PortEvents port) {
        boolean leads = false;
        for (Waiter waiter = port.waiters(); waiter != null; waiter = waiter.nextOfPort) {
            if (waiter == leader) {
                leads = true;
            } else {
                LockSupport.unpark(waiter.thread);
            }
        }
        return leads;
    }

    private void unparkAll() {
        for (Waiter waiter = queue.first(); waiter != null; waiter = waiter.next) {
            LockSupport.unpark(waiter.thread);
        }
    }

    private void leave(Waiter waiter, PortEvents port) {
        synchronized (lock) {
            port.remove(waiter);
            queue.remove(waiter);
            if (leader == waiter) {
                Waiter next = closed ? null : queue.first();
                leader = next;
                if (next != null) {
                    LockSupport.unpark(next.thread);
                } else {
                    lock.notifyAll();
                }
            }
        }
    }

    void listen(PortEvents port, Runnable action) {
        synchronized (lock) {
            port.setAction(action);
        }
    }

    void wakeUp(PortEvents port) {
        boolean leads;
        synchronized (lock) {
            // From an action of a port the leader itself comes here; it looks at its count when it has delivered all.
            leads = count(port) && leader.thread != Thread.currentThread();
        }
        if (leads) {
            source.interrupt();
        }
    }

    void close(PortEvents port) {
        boolean leads;
        synchronized (lock) {
            if (port.isClosed()) {
                return;
            }
            port.markClosed();
            ports[port.number()] = null;
            leads = unpark(port);
        }
        if (leads) {
            source.interrupt();
        }
    }

    private void growTo(int number) {
        if (number >= ports.length) {
            ports = Arrays.copyOf(ports, Math.max(number + 1, Math.min(2 * ports.length, maxPort + 1)));
        }
    }
}
