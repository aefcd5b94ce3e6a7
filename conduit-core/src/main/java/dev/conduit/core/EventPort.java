package dev.conduit.core;

/**
 * One end of an event channel.
 *
 * <p>Events are counted, so that several threads may wait on one port and none takes another's wake-up: read
 * {@link #events()}, look at the shared memory, and if there is nothing to do wait for a count other than the one read.
 */
public interface EventPort extends AutoCloseable {

    /**
     * Returns the local port number.
     *
     * @return a positive number
     */
    int number();

    /**
     * Sends an event to the other end. Never blocks; dropped without an error when nobody is bound there.
     *
     * @throws PlatformException when this port is closed
     */
    void send() throws PlatformException;

    /**
     * Returns how many events this port has delivered in this process; one delivery may stand for many sends. Delivery
     * is done by the threads in {@link #await}, on this or any other port: without one the count stands still.
     *
     * @return a count that only grows
     */
    long events();

    /**
     * Waits until the count differs from the one seen, the port closes, or time is up. May return early without a
     * change (a spurious wake-up): callers loop. When time is up already, it looks once for pending events without
     * waiting. Interruptible within 100 ms.
     *
     * @param seen a count {@link #events()} returned
     * @param deadline a {@link System#nanoTime()} value
     * @return the current count
     * @throws PlatformException when the port is closed
     * @throws PlatformLostException when the platform is gone
     * @throws InterruptedException when the thread is interrupted
     */
    long await(long seen, long deadline) throws PlatformException, InterruptedException;

    /**
     * Has an action run at each delivery, besides counting it, for who serves many ports with one thread; once right
     * away as well, since an event may have come before. It runs on whichever thread delivers, which others wait for:
     * it may note the port, call {@link #wakeUp} of a port, and return.
     *
     * @param action takes the place of an earlier one
     */
    void onEvent(Runnable action);

    /**
     * Wakes every thread in {@link #await} on this port, and every thread that is about to wait there with a count read
     * earlier: it counts as an event.
     */
    void wakeUp();

    /** Closes the port; the other end returns to unbound, for the same domain. Waiters are woken. Idempotent. */
    @Override
    void close();
}
