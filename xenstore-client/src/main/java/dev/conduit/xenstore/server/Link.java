package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.EventSink;
import dev.conduit.xenstore.wire.Message;

/** The way back to one client: replies in the order of its requests, events in between. */
interface Link extends EventSink {

    /** Must not block. */
    void reply(Message message);
}
