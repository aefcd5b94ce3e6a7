package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The connection from a front to a service. One thread sends, one receives, any closes. */
public interface Leg extends AutoCloseable {

    /**
     * Sends all of a buffer. Blocks.
     *
     * @param bytes what
     * @throws IOException when the service has gone
     */
    void send(ByteBuffer bytes) throws IOException;

    /**
     * No more will be sent. A service sees that on a TCP connection; a conduit has no half-close, and ends when nothing
     * has come from the service for some seconds after this.
     *
     * @throws IOException when the service has gone
     */
    void sent() throws IOException;

    /**
     * Receives. Blocks until there is something.
     *
     * @param target has room
     * @return bytes put there, or -1 when the service has ended the connection
     * @throws IOException when the service has gone
     */
    int receive(ByteBuffer target) throws IOException;

    /**
     * Tells whether the service takes bytes after it has ended its own side.
     *
     * @return false for a conduit
     */
    boolean takesMore();

    @Override
    void close();
}
