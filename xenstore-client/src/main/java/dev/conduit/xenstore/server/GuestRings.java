package dev.conduit.xenstore.server;

import java.io.IOException;

/**
 * What a platform supplies so that a server can reach its guests over shared pages. One thread waits for the events of
 * all guests, however many there are.
 *
 * <p>Thread-safe. Nothing here may need the server it is given to.
 */
public interface GuestRings extends AutoCloseable {

    /**
     * Maps a guest's page. May block for one exchange with the hypervisor.
     *
     * @param domain the guest
     * @param frame what INTRODUCE names: the frame number of the page, or a grant reference, as the platform has it
     * @return to be bound, and closed
     * @throws IOException when the guest has no such page for this domain
     */
    ServerRing map(int domain, long frame) throws IOException;

    /**
     * Waits until some listener was told something, {@link #wakeUp} was called, or time is up; may return early. Looks
     * once for events when time is up already. Called by one thread only, which tells the listeners or has others do.
     *
     * @param deadline a {@link System#nanoTime()} value
     * @throws IOException when no event can come any more
     * @throws InterruptedException when the thread is interrupted
     */
    void await(long deadline) throws IOException, InterruptedException;

    /** Ends the running {@link #await}, or else the next one. Does not block. */
    void wakeUp();

    /** Gives everything back; called by the server, once, after all rings are closed. */
    @Override
    void close();
}
