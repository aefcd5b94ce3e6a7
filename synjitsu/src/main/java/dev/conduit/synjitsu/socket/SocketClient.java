package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A client that has connected to a listening socket. */
final class SocketClient implements Client {

    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;

    SocketClient(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = (InetSocketAddress) channel.getLocalAddress();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
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
        // A channel's own read has no time-out.
        channel.socket().setSoTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, patience.toMillis())));
        byte[] bytes = new byte[target.remaining()];
        int count = channel.socket().getInputStream().read(bytes);
        if (count > 0) {
            target.put(bytes, 0, count);
        }
        return count;
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
    public void deaf() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void reset() {
        Sockets.reset(channel);
    }

    @Override
    public void close() {
        Sockets.close(channel);
    }
}
