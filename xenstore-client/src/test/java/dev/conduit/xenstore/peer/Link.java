package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.Message;

/** A connection at the level of bytes. Every wait has a bound. */
public interface Link extends AutoCloseable {

    /** The longest a server may take. */
    long TIMEOUT_MILLIS = 20_000;

    /** Longest payload taken; oxenstored sends replies on sockets that are longer than the protocol allows. */
    int LONGEST_PAYLOAD = 1 << 20;

    /** Sends bytes; ignored when the server has closed the connection. */
    void send(byte[] bytes);

    /** The next message; null when the server has closed the connection or given it up. */
    Message receive();

    @Override
    void close();
}
