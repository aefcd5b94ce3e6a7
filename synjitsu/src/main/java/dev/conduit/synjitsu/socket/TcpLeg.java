package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A TCP connection to the service. */
final class TcpLeg implements Leg {

    private final SocketChannel channel;

    private TcpLeg(SocketChannel channel) {
        this.channel = channel;
    }

    static Leg connect(InetSocketAddress to, Duration patience) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.socket().connect(to, (int) Math.min(Integer.MAX_VALUE, Math.max(1, patience.toMillis())));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connected = true;
            return new TcpLeg(channel);
        } catch (IOException refused) {
            throw new IOException("cannot connect to " + to + ": " + refused.getMessage(), refused);
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void sent() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public boolean takesMore() {
        return true;
    }

    @Override
    public void close() {
        Sockets.close(channel);
    }
}
