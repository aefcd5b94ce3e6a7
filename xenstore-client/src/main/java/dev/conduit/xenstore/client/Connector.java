package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;

/** Opens the way to a server, and opens it again when it was lost. */
@FunctionalInterface
public interface Connector {

    /**
     * Opens a transport; may block for the request time-out.
     *
     * @return not started
     * @throws XenStoreException when the server cannot be reached, naming it
     */
    Transport open() throws XenStoreException;
}
