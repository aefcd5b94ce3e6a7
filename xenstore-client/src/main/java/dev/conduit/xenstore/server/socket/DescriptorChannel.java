package dev.conduit.xenstore.server.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** A connection that carries bytes and descriptors. Blocks up to its deadline; not thread-safe. */
public interface DescriptorChannel extends Closeable {

    /** The most descriptors of one {@link #send}. */
    int DESCRIPTORS_MAX = 128;

    /**
     * Sends all bytes, and descriptors with the first of them.
     *
     * @param bytes at least one
     * @param descriptors stay open here; at most {@link #DESCRIPTORS_MAX}
     * @throws java.net.SocketTimeoutException when the deadline passed
     * @throws IOException when the peer is gone
     */
    void send(ByteBuffer bytes, int... descriptors) throws IOException;

    /**
     * Receives at least one byte, and the descriptors that came with them.
     *
     * @param into filled from its position on
     * @param descriptors takes each descriptor, in order; they are closed on exec
     * @return bytes received, or -1 at the end
     * @throws java.net.SocketTimeoutException when the deadline passed
     * @throws IOException when the connection is broken, or descriptors were lost for want of room
     */
    int receive(ByteBuffer into, IntConsumer descriptors) throws IOException;

    @Override
    void close() throws IOException;
}
