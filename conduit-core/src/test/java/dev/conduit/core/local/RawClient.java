package dev.conduit.core.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A control connection that sends whatever a test wants. */
public final class RawClient implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader reader;

    public RawClient(Path folder) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(new LocalDirectory(folder).controlSocket()));
        reader = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.US_ASCII));
    }

    public SocketChannel channel() {
        return channel;
    }

    public void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next line, or null at the end. */
    public String receive() throws IOException {
        return reader.readLine();
    }

    public String ask(String request) throws IOException {
        send(request + "\n");
        return receive();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
