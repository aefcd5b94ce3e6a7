package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A client's connection. One thread receives, one sends, any resets or closes. */
interface Client {

    /** The client's address and port. */
    InetSocketAddress remote();

    /** Where it has connected to. */
    InetSocketAddress local();

    /**
     * Receives. Blocks until there is something.
     *
     * @return bytes, or -1 when the client has ended its side
     */
    int receive(ByteBuffer target) throws IOException;

    /**
     * The same, for so long at most.
     *
     * @param patience at least a millisecond
     * @throws SocketTimeoutException when nothing came
     */
    int receive(ByteBuffer target, Duration patience) throws IOException;

    /** Sends all of a buffer. Blocks. */
    void send(ByteBuffer bytes) throws IOException;

    /** Nothing more will be sent. */
    void sent() throws IOException;

    /** Nothing more is wanted. */
    void deaf() throws IOException;

    /** Closes with a RST: the client is told that nothing more comes, and that not everything arrived. Idempotent. */
    void reset();

    /** Closes. Idempotent. */
    void close();
}
