package dev.conduit.xenstore;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One end of a XenStore ring: the page that guest and server share ({@code struct xenstore_domain_interface} in
 * xs_wire.h, {@code docs/misc/xenstore-ring.txt}), and the event channel that goes with it. Supplied by a platform;
 * thread-safe.
 */
public interface XenStoreRing extends AutoCloseable {

    /**
     * Returns the page.
     *
     * @return always the same direct buffer of at least 4096 bytes, aligned; it stays addressable for as long as it is
     *     reachable, also after {@link #close}
     */
    ByteBuffer page();

    /**
     * Sends an event to the other end. Does not block; events coalesce.
     *
     * @throws IOException when the event channel is closed
     */
    void notifyPeer() throws IOException;

    /** Gives page and event channel back. Idempotent. */
    @Override
    void close();
}
