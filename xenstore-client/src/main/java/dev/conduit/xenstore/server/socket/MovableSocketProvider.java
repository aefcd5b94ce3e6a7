package dev.conduit.xenstore.server.socket;

import java.io.IOException;

/** Gives sockets by descriptors, found by {@link java.util.ServiceLoader}; conduit-core has one. */
public interface MovableSocketProvider {

    /**
     * Makes sockets for one server.
     *
     * @return to be closed
     * @throws IOException saying what this machine lacks
     */
    MovableSockets open() throws IOException;
}
