package dev.conduit.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The JDK's Unix-domain sockets: one write a message, or as many messages a write as the buffer holds. */
final class UnixSocketTransport implements Transport {

    private static final int BUFFER_BYTES = 65536;

    private final SocketChannel channel;
    private final boolean batched;
    private final ByteBuffer out;
    private final ByteBuffer in;

    private UnixSocketTransport(SocketChannel channel, boolean batched) {
        this.channel = channel;
        this.batched = batched;
        this.out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
        this.in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
        in.limit(0);
    }

    /** Waits for the other process; batched: a buffer is filled before a write, else each message is written alone. */
    static UnixSocketTransport accept(Path socket, boolean batched) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            System.out.println("ready");
            return new UnixSocketTransport(server.accept(), batched);
        }
    }

    static UnixSocketTransport connect(Path socket, boolean batched) throws IOException {
        return new UnixSocketTransport(SocketChannel.open(UnixDomainSocketAddress.of(socket)), batched);
    }

    @Override
    public void send(int size, long count) throws IOException {
        byte[] body = new byte[size - STAMP];
        int perWrite = batched ? BUFFER_BYTES / size : 1;
        for (long sent = 0; sent < count; ) {
            out.clear();
            for (int i = 0; i < perWrite && sent < count; i++, sent++) {
                out.putLong(sent).put(body);
            }
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
    }

    @Override
    public long receive(int size, long count) throws IOException {
        byte[] body = new byte[size - STAMP];
        long sum = 0;
        for (long received = 0; received < count; received++) {
            while (in.remaining() < size) {
                in.compact();
                if (channel.read(in) < 0) {
                    throw new EOFException("peer closed after " + received + " of " + count + " messages");
                }
                in.flip();
            }
            sum += in.getLong();
            in.get(body);
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
