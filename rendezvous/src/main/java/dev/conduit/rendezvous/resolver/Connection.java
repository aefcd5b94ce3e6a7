package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * A connection to a service, over whatever led to it. One thread may read while another writes. Reads and writes block;
 * closing, from any thread, ends them.
 */
public final class Connection implements ByteChannel {

    private final Endpoint endpoint;
    private final ByteChannel channel;

    Connection(Endpoint endpoint, ByteChannel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
    }

    /**
     * Returns what was reached; prints as {@code conduit://www} or {@code tcp://10.9.0.10:80}.
     *
     * @return the alternative that was taken
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Returns the conduit, for what only conduits can do.
     *
     * @return the connection below, or empty when this is no conduit
     */
    public Optional<ConduitConnection> conduit() {
        return channel instanceof ConduitConnection conduit ? Optional.of(conduit) : Optional.empty();
    }

    /**
     * Returns a stream that reads from this connection, unbuffered. Closing it closes the connection.
     *
     * @return a new stream
     */
    public InputStream input() {
        return conduit().map(ConduitConnection::input).orElseGet(() -> Channels.newInputStream(this));
    }

    /**
     * Returns a stream that writes to this connection, unbuffered. Closing it closes the connection.
     *
     * @return a new stream
     */
    public OutputStream output() {
        return conduit().map(ConduitConnection::output).orElseGet(() -> Channels.newOutputStream(this));
    }

    /** As a socket: the real one where there is one. */
    Socket socket(String host, int port) throws SocketException {
        if (channel instanceof TlsChannel tls) {
            return tls.socket();
        }
        return endpoint instanceof Endpoint.Tcp
                ? ((SocketChannel) channel).socket() : new ConnectionSocket(this, host, port);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
