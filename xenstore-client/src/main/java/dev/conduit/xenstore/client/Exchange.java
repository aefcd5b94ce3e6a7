package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;

/** One request and its reply. */
interface Exchange {

    /**
     * Asks and waits.
     *
     * @param about path or other thing the request is about, for messages
     */
    byte[] call(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException;
}
