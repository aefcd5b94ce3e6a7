package dev.conduit.xenstore;

import dev.conduit.xenstore.ring.PageMemory;
import dev.conduit.xenstore.ring.RingLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The guest's end of a XenStore ring, for {@link XenStoreClients#connect(GuestRing, ClientOptions)}.
 *
 * <p>Events are counted, so that none is lost between a look at the page and the wait: read {@link #events()}, look,
 * then wait for a count other than the one read.
 */
public interface GuestRing extends XenStoreRing {

    /**
     * Returns how many events were seen.
     *
     * @return a count that only grows
     */
    long events();

    /**
     * Waits until the count differs from the one given, or time is up. May return early without a change.
     *
     * @param seen a count returned before
     * @param deadline a {@link System#nanoTime()} value
     * @return the current count
     * @throws IOException when no event can come any more
     * @throws InterruptedException when the thread is interrupted
     */
    long await(long seen, long deadline) throws IOException, InterruptedException;

    /** Wakes every thread in {@link #await}, or about to wait there with a count read earlier. */
    void wakeUp();

    /**
     * Marks a fresh page as one no server has yet: a client then waits for the server instead of talking to nobody. To
     * be called before the page is offered to a server.
     *
     * @param page the ring's page, zeroed
     */
    static void expectServer(ByteBuffer page) {
        new PageMemory(page).storeRelease(RingLayout.CONNECTION, RingLayout.RECONNECT);
    }
}
