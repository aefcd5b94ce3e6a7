package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import java.util.List;

/** Requests and their replies. */
interface Exchange {

    /**
     * A request to be sent with others.
     *
     * @param about path or other thing the request is about, for messages
     */
    record Request(Operation operation, byte[] payload, String about) {
    }

    /** A request that was sent. Closing it gives up on the reply. */
    interface Reply extends AutoCloseable {

        /** Waits for the payload; the time-out counts from the sending. */
        byte[] await() throws XenStoreException;

        @Override
        void close();
    }

    /**
     * Asks, and leaves waiting to the caller.
     *
     * @param about path or other thing the request is about, for messages
     */
    Reply send(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException;

    /** Asks many things in a row; the replies are in the same order. Fails as a whole. */
    List<Reply> send(int transaction, List<Request> requests) throws XenStoreException;

    /** Asks and waits. */
    default byte[] call(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException {
        try (Reply reply = send(operation, transaction, payload, about)) {
            return reply.await();
        }
    }

    /**
     * The session of this moment: what is valid in one session only, as transactions are, is used in it.
     *
     * @param operation what it is needed for, with the next, for messages
     */
    Exchange session(Operation operation, String about) throws XenStoreException;
}
