package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.Endpoint;
import dev.conduit.xenstore.server.socket.Sockets;
import dev.conduit.xenstore.server.socket.Stream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Sockets by Java's own channels: no native code, and no way to another process. */
final class NioSockets implements Sockets {

    private final Selector selector;

    NioSockets() throws IOException {
        selector = Selector.open();
    }

    @Override
    public Acceptor listen(Path file, int backlog) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(file), backlog);
            channel.configureBlocking(false);
            return new NioAcceptor(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void select(Ready ready, int timeoutMillis) throws IOException {
        Consumer<SelectionKey> give = key -> {
            if (key.isValid()) {
                ready.ready((Endpoint) key.attachment(),
                        (key.readyOps() & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0);
            }
        };
        if (timeoutMillis == 0) {
            selector.selectNow(give);
        } else {
            selector.select(give, Math.max(0, timeoutMillis));
        }
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /** A channel and its key, which it has from the first interest on. */
    private abstract class NioEndpoint<C extends SelectableChannel> implements Endpoint {

        final C channel;
        private final int inputOperation;
        private SelectionKey key;
        private Object attachment;

        NioEndpoint(C channel, int inputOperation) {
            this.channel = channel;
            this.inputOperation = inputOperation;
        }

        @Override
        public void interest(boolean input, boolean output) throws IOException {
            int operations = (input ? inputOperation : 0) | (output ? SelectionKey.OP_WRITE : 0);
            if (key == null) {
                key = channel.register(selector, operations, this);
                selector.wakeup();
            } else if (key.isValid() && key.interestOps() != operations) {
                key.interestOps(operations);
            }
        }

        @Override
        public void attach(Object thing) {
            attachment = thing;
        }

        @Override
        public Object attachment() {
            return attachment;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            selector.wakeup();
        }
    }

    private final class NioAcceptor extends NioEndpoint<ServerSocketChannel> implements Acceptor {

        NioAcceptor(ServerSocketChannel channel) {
            super(channel, SelectionKey.OP_ACCEPT);
        }

        @Override
        public Stream accept() throws IOException {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                return null;
            }
            try {
                accepted.configureBlocking(false);
                return new NioStream(accepted);
            } catch (IOException e) {
                accepted.close();
                throw e;
            }
        }
    }

    private final class NioStream extends NioEndpoint<SocketChannel> implements Stream {

        NioStream(SocketChannel channel) {
            super(channel, SelectionKey.OP_READ);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return channel.write(from);
        }
    }
}
