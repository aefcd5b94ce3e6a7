package dev.conduit.bench.vchan;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A conduit through its streams, an array a message. */
final class StreamTransport implements Transport {

    private static final int LARGEST = 65536;

    private final ConduitConnection channel;
    private final InputStream in;
    private final OutputStream out;
    private final ByteBuffer message = ByteBuffer.allocate(LARGEST);

    StreamTransport(ConduitConnection channel) {
        this.channel = channel;
        this.in = channel.input();
        this.out = channel.output();
    }

    @Override
    public void send(int size, long first, long count) throws IOException {
        for (long number = first; number < first + count; number++) {
            Message.write(message, 0, size, number);
            out.write(message.array(), 0, size);
        }
        out.flush();
    }

    @Override
    public long receive(int size, long count) throws IOException {
        long sum = 0;
        for (long received = 0; received < count; received++) {
            if (in.readNBytes(message.array(), 0, size) < size) {
                throw new EOFException("peer closed after " + received + " of " + count + " messages");
            }
            sum += Message.read(message, 0, size);
        }
        return sum;
    }

    @Override
    public long events() {
        return channel.statistics().eventsSent();
    }

    @Override
    public void close() {
        channel.close();
    }
}
