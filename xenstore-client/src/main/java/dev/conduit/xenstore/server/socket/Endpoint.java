package dev.conduit.xenstore.server.socket;

import java.io.Closeable;
import java.io.IOException;

/** A socket {@link Sockets#select} may look at. Calls of it never block. */
public interface Endpoint extends Closeable {

    /**
     * Chooses what to look for; nothing at first.
     *
     * @param input bytes, connections, or the end of the stream
     * @param output room for bytes
     * @throws IOException when it is closed
     */
    void interest(boolean input, boolean output) throws IOException;

    /**
     * Keeps what belongs to it.
     *
     * @param thing given back by {@link #attachment}
     */
    void attach(Object thing);

    /**
     * Returns what belongs to it.
     *
     * @return as attached, or null
     */
    Object attachment();

    /** Idempotent. */
    @Override
    void close() throws IOException;
}
