package dev.conduit.core.event;

import dev.conduit.core.PlatformLostException;

/**
 * Where the events of all ports of one platform come from: a device or words in shared memory.
 *
 * <p>At most one thread at a time is in {@link #take}; {@link #interrupt} comes from any thread at any time.
 */
public interface EventSource {

    /**
     * Takes pending events, waiting until there is one, time is up or {@link #interrupt} was called. An event that is
     * taken is no longer pending; an event raised from then on is pending anew. What the sender stored before it raised
     * the event is visible when this returns. Not interruptible by {@link Thread#interrupt}.
     *
     * @param ports receives the numbers of the ports, from index 0
     * @param timeoutNanos the longest wait in nanoseconds; 0 takes only what is pending already
     * @return how many numbers were stored, 0 to {@code ports.length}; those that did not fit stay pending
     * @throws PlatformLostException when no event can ever come any more
     */
    int take(int[] ports, long timeoutNanos) throws PlatformLostException;

    /** Makes the running {@link #take}, or else the next one, return early. Never blocks. */
    void interrupt();
}
