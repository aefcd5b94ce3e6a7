package dev.conduit.xenstore.client;

import dev.conduit.xenstore.wire.Message;
import java.io.IOException;

/** Carries messages to and from a server: a socket, a device, a shared ring, or a call inside the JVM. */
public interface Transport {

    /** What comes back. Both methods return at once and never wait; they may send. */
    interface Receiver {

        /**
         * Takes a reply or an event.
         *
         * @param message its payload now belongs to the receiver
         */
        void received(Message message);

        /**
         * The server is gone; nothing comes any more. Not called after {@link Transport#close}.
         *
         * @param cause why
         */
        void lost(IOException cause);
    }

    /**
     * Begins to deliver; called once.
     *
     * @param receiver gets what comes
     */
    void start(Receiver receiver);

    /**
     * Sends one message; many threads may. Does not wait for the server.
     *
     * @param message request
     * @throws dev.conduit.xenstore.XenStoreException when too much waits to be sent; nothing of it was
     * @throws IOException when the connection is lost; nothing of it was sent
     */
    void send(Message message) throws IOException;

    /** Ends the connection. Idempotent, from any thread. */
    void close();

    /**
     * Returns the longest payload a request may have.
     *
     * @return bytes
     */
    int maximumPayload();
}
