package dev.conduit.bench;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A conduit through its zero-copy calls: messages are made in the ring, and looked at there. */
final class ZeroCopyTransport implements Transport {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Bytes worked on before the other side hears of them: small enough that both sides work at the same time. */
    private static final int BATCH_BYTES = 8192;

    private final ConduitConnection channel;

    ZeroCopyTransport(ConduitConnection connection) {
        this.channel = connection;
    }

    @Override
    public void send(int size, long count) throws IOException {
        byte[] body = new byte[size - STAMP];
        for (long sent = 0; sent < count; ) {
            ByteBuffer view = channel.reserve(size, LIMIT);
            int start = view.position();
            long end = Math.min(count, sent + batch(view, size));
            while (sent < end) {
                view.putLong(sent++).put(body);
            }
            channel.commit(view.position() - start);
        }
        channel.flush();
    }

    @Override
    public long receive(int size, long count) throws IOException {
        byte[] body = new byte[size - STAMP];
        long sum = 0;
        for (long received = 0; received < count; ) {
            ByteBuffer view = channel.peek(size, LIMIT);
            if (view == null) {
                throw new EOFException("peer closed after " + received + " of " + count + " messages");
            }
            int start = view.position();
            long end = Math.min(count, received + batch(view, size));
            while (received < end) {
                sum += view.getLong();
                view.get(body);
                received++;
            }
            channel.release(view.position() - start);
        }
        return sum;
    }

    private static int batch(ByteBuffer view, int size) {
        return Math.max(1, Math.min(view.remaining(), BATCH_BYTES) / size);
    }

    @Override
    public void close() {
        channel.close();
    }
}
