package dev.conduit.xenstore.client;

import dev.conduit.xenstore.wire.Message;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries messages to and from a server: a socket, a device, a shared ring, or a call inside the JVM. */
public interface Transport {

    /**
     * What comes back. Both methods return at once and never wait; they may send. They run on a thread of the transport
     * or on one that is in {@link #await}.
     */
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

    /**
     * Sends messages in a row; a transport of bytes sends them at once, which is much faster.
     *
     * @param messages requests
     * @throws dev.conduit.xenstore.XenStoreException when too much waits to be sent; some may have been sent
     * @throws IOException when the connection is lost; some may have been sent
     */
    default void send(List<Message> messages) throws IOException {
        for (Message message : messages) {
            send(message);
        }
    }

    /**
     * Waits for a reply. The transport may use the thread to receive meanwhile, which saves waking it up.
     *
     * @param reply completed by the receiver
     * @param nanos longest wait
     * @param <T> what the reply is
     * @return what it was completed with
     * @throws InterruptedException when the thread was or is interrupted; a reply that is there already is returned
     * @throws ExecutionException when the reply was completed by an exception
     * @throws TimeoutException when time is up
     */
    default <T> T await(CompletableFuture<T> reply, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        return reply.get(nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the connection. Idempotent, from any thread. */
    void close();

    /**
     * Returns the longest payload a request may have.
     *
     * @return bytes
     */
    int maximumPayload();
}
