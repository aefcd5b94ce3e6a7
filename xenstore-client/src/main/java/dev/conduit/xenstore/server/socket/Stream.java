package dev.conduit.xenstore.server.socket;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection. */
public interface Stream extends Endpoint {

    /**
     * Reads what is there.
     *
     * @param into filled from its position on
     * @return bytes read, 0 when there are none now, -1 at the end
     * @throws IOException when the connection is broken
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes what there is room for.
     *
     * @param from its position moves behind what was written
     * @return bytes written, 0 when there is no room now
     * @throws IOException when the connection is broken
     */
    int write(ByteBuffer from) throws IOException;
}
