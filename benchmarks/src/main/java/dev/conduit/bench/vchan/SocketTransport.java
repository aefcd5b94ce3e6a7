package dev.conduit.bench.vchan;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/** A socket of the JDK: one write a message, or as many messages a write as 64 KiB hold. */
final class SocketTransport implements Transport {

    private static final int BUFFER_BYTES = 65536;

    private final SocketChannel channel;
    private final boolean batched;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder()).limit(0);

    SocketTransport(SocketChannel channel, boolean batched) {
        this.channel = channel;
        this.batched = batched;
    }

    @Override
    public void send(int size, long first, long count) throws IOException {
        int most = batched ? BUFFER_BYTES / size : 1;
        for (long sent = 0; sent < count; ) {
            int batch = (int) Math.min(most, count - sent);
            out.clear();
            for (int i = 0; i < batch; i++) {
                Message.write(out, i * size, size, first + sent + i);
            }
            out.limit(batch * size);
            while (out.hasRemaining()) {
                channel.write(out);
            }
            sent += batch;
        }
    }

    @Override
    public long receive(int size, long count) throws IOException {
        long sum = 0;
        for (long received = 0; received < count; received++) {
            if (in.remaining() < size) {
                fill(size);
            }
            sum += Message.read(in, in.position(), size);
            in.position(in.position() + size);
        }
        return sum;
    }

    private void fill(int atLeast) throws IOException {
        in.compact();
        while (in.position() < atLeast) {
            if (channel.read(in) < 0) {
                throw new EOFException("peer closed in the middle of the messages");
            }
        }
        in.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
