package dev.conduit.bench;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** A conduit through its copying calls: a buffer of the user's is written and read, one call a message. */
final class CopyTransport implements Transport {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ConduitConnection channel;

    CopyTransport(ConduitConnection connection) {
        this.channel = connection;
    }

    @Override
    public void send(int size, long count) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        for (long sent = 0; sent < count; sent++) {
            message.clear();
            message.putLong(0, sent);
            channel.write(message);
        }
        channel.flush();
    }

    @Override
    public long receive(int size, long count) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        long sum = 0;
        for (long received = 0; received < count; received++) {
            message.clear();
            if (!channel.receive(message, LIMIT)) {
                throw new EOFException("peer closed after " + received + " of " + count + " messages");
            }
            sum += message.getLong(0);
        }
        return sum;
    }

    @Override
    public void close() {
        channel.close();
    }
}
