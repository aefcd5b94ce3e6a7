package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.Payload;

/** What one operation does. */
@FunctionalInterface
interface RequestHandler {

    /** The usual reply of operations that only succeed. */
    byte[] OK = Payload.strings("OK");

    /** Gives the payload of the reply. */
    byte[] handle(Request request) throws StoreError;
}
