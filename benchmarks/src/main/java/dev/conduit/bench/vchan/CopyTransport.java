package dev.conduit.bench.vchan;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A conduit through its copying calls: a buffer of the user's is written and read, one call a message. */
final class CopyTransport implements Transport {

    private static final int LARGEST = 65536;

    private final ConduitConnection channel;
    private final ByteBuffer message = ByteBuffer.allocateDirect(LARGEST).order(ByteOrder.nativeOrder());

    CopyTransport(ConduitConnection channel) {
        this.channel = channel;
    }

    @Override
    public void send(int size, long first, long count) throws IOException {
        for (long number = first; number < first + count; number++) {
            Message.write(message.limit(size), 0, size, number);
            channel.write(message.position(0), ConduitMeeting.LIMIT);
        }
        channel.flush();
    }

    @Override
    public long receive(int size, long count) throws IOException {
        long sum = 0;
        for (long received = 0; received < count; received++) {
            message.limit(size).position(0);
            while (message.hasRemaining()) {
                if (channel.read(message, ConduitMeeting.LIMIT) < 0) {
                    throw new EOFException("peer closed after " + received + " of " + count + " messages");
                }
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
