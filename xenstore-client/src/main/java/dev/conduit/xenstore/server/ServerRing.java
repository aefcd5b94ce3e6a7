package dev.conduit.xenstore.server;

import dev.conduit.xenstore.XenStoreRing;
import java.io.IOException;

/** The server's end of a guest's ring: mapped, and with an event channel once it is bound. */
public interface ServerRing extends XenStoreRing {

    /** What the server wants to hear about a guest. Both return at once, take no lock of the server's and never throw. */
    interface Listener {

        /** The guest sent an event. */
        void event();

        /** The guest's domain is gone: it will be released. */
        void gone();
    }

    /**
     * Binds the event channel; called once. An event counts as pending from the start.
     *
     * @param port the guest's port
     * @param listener told from then on until the ring is closed, by any thread
     * @throws IOException when the guest has no such port for this domain
     */
    void bind(int port, Listener listener) throws IOException;
}
