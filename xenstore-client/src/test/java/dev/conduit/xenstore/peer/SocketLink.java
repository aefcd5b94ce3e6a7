package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Over a Unix socket. */
public final class SocketLink implements Link {

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final MessageDecoder decoder = new MessageDecoder(LONGEST_PAYLOAD);
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();
    private boolean closed;

    /** Connects. */
    public SocketLink(Path socket) {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            selector = Selector.open();
            key = channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void send(byte[] bytes) {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        try {
            while (out.hasRemaining() && !closed) {
                if (channel.write(out) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
        } catch (IOException e) {
            // The server closed while we wrote; what it sent before is still to be read.
        }
    }

    @Override
    public Message receive() {
        try {
            while (!closed) {
                Message message = decoder.next(in);
                if (message != null) {
                    return message;
                }
                in.clear();
                int count = channel.read(in);
                in.flip();
                if (count < 0) {
                    closed = true;
                } else if (count == 0) {
                    await(SelectionKey.OP_READ);
                }
            }
        } catch (IOException e) {
            closed = true;
        }
        return null;
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        if (selector.select(TIMEOUT_MILLIS) == 0) {
            throw new AssertionError("the server did nothing for " + TIMEOUT_MILLIS + " ms");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
