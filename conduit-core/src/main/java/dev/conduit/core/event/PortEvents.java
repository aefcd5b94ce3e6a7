package dev.conduit.core.event;

import dev.conduit.core.PlatformException;

/**
 * The events of one port: a counter and the threads that wait for it to move. Made by
 * {@link EventDispatcher#register}; thread-safe; the behaviour {@link dev.conduit.core.EventPort} asks for.
 */
public final class PortEvents implements AutoCloseable {

    private final EventDispatcher dispatcher;
    private final int number;

    /** Written under the dispatcher's lock only. */
    private volatile long count;
    private volatile boolean closed;

    /** Guarded by the dispatcher's lock. */
    private Waiter waiters;
    private Runnable action = () -> { };

    PortEvents(EventDispatcher dispatcher, int number) {
        this.dispatcher = dispatcher;
        this.number = number;
    }

    /**
     * Returns the port number.
     *
     * @return the number
     */
    public int number() {
        return number;
    }

    /**
     * Returns how many events were delivered. Events are delivered by threads that await, on this or another port.
     *
     * @return a count that only grows
     */
    public long count() {
        return count;
    }

    /**
     * Waits until the count differs from the one seen. When the deadline has passed already, looks once for pending
     * events without waiting.
     *
     * @param seen a count {@link #count()} returned
     * @param deadline a {@link System#nanoTime()} value
     * @return the current count
     * @throws PlatformException when this port or the dispatcher is closed, or the platform is lost
     * @throws InterruptedException when the thread is interrupted
     */
    public long await(long seen, long deadline) throws PlatformException, InterruptedException {
        long now = current(seen);
        return now != seen ? now : dispatcher.await(this, seen, deadline);
    }

    /** Counts one event, so that whoever waits or is about to wait with an older count returns. */
    public void wakeUp() {
        dispatcher.wakeUp(this);
    }

    /**
     * Has an action run at each delivery, under the dispatcher's lock, and once now.
     *
     * @param newAction notes the event and returns; may call {@link #wakeUp} of any port
     */
    public void onEvent(Runnable newAction) {
        dispatcher.listen(this, newAction);
    }

    /**
     * Tells whether the port is closed.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }

    /** Ends the port; waiting threads get an exception. Idempotent. */
    @Override
    public void close() {
        dispatcher.close(this);
    }

    /** The count when it is not the one seen; else that too, if there can be another. */
    long current(long seen) throws PlatformException {
        if (closed) {
            throw new PlatformException("event port " + number + " is closed");
        }
        long now = count;
        if (now == seen) {
            dispatcher.checkAlive();
        }
        return now;
    }

    /** Under the lock. */
    void markClosed() {
        closed = true;
    }

    /** Under the lock. The volatile store pairs with the load in {@link #current}: it shows what the sender stored. */
    void increment() {
        count = count + 1;
        action.run();
    }

    /** Under the lock. */
    void setAction(Runnable newAction) {
        action = newAction;
        action.run();
    }

    /** Under the lock: the first of the list linked by {@link Waiter#nextOfPort}, or null. */
    Waiter waiters() {
        return waiters;
    }

    /** Under the lock. */
    void add(Waiter waiter) {
        waiter.port = this;
        waiter.nextOfPort = waiters;
        waiters = waiter;
    }

    /** Under the lock. A port has few waiters: linear is right. */
    void remove(Waiter waiter) {
        if (waiters == waiter) {
            waiters = waiter.nextOfPort;
        } else {
            Waiter before = waiters;
            while (before.nextOfPort != waiter) {
                before = before.nextOfPort;
            }
            before.nextOfPort = waiter.nextOfPort;
        }
        waiter.port = null;
        waiter.nextOfPort = null;
    }
}
