package dev.conduit.xenstore.server.socket;

import java.io.IOException;

/** A listening socket. Closing it does not remove its file. */
public interface Acceptor extends Endpoint {

    /**
     * Takes the next connection.
     *
     * @return not looked at yet, or null when none waits
     * @throws java.nio.channels.ClosedChannelException when this is closed
     * @throws IOException when the system gives no descriptor or memory: to be tried again later
     */
    Stream accept() throws IOException;
}
