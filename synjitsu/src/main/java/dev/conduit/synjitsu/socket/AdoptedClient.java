package dev.conduit.synjitsu.socket;

import dev.conduit.core.net.TcpChannel;
import dev.conduit.synjitsu.adopt.AdoptedConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A client whose connection was begun by a TCP front. */
final class AdoptedClient implements Client {

    /** Far beyond any transfer; the end of a side ends a wait long before. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private final TcpChannel channel;
    private final InetSocketAddress local;

    AdoptedClient(AdoptedConnection connection) throws IOException {
        this.channel = connection.channel();
        this.local = connection.localAddress();
        channel.timeout(FOREVER);
    }

    @Override
    public InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int receive(ByteBuffer target, Duration patience) throws IOException {
        channel.timeout(patience);
        try {
            return channel.read(target);
        } finally {
            channel.timeout(FOREVER);
        }
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    @Override
    public void sent() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void deaf() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void reset() {
        channel.reset();
    }

    @Override
    public void close() {
        channel.close();
    }
}
