package dev.conduit.bench.vchan;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Messages are made in the ring, and looked at there; those longer than a batch in pieces. */
final class ZeroCopyTransport implements Transport {

    /** Bytes worked on before the other side hears of them: small enough that both sides work at the same time. */
    private static final int BATCH_BYTES = 16384;

    private final Views ring;

    ZeroCopyTransport(Views ring) {
        this.ring = ring;
    }

    @Override
    public void send(int size, long first, long count) throws IOException {
        int piece = Math.min(size, BATCH_BYTES);
        int shift = shift(size, piece);
        long pieces = count << shift;
        for (long sent = 0; sent < pieces; ) {
            ByteBuffer view = ring.reserve(piece);
            int start = view.position();
            int batch = batch(view, piece, pieces - sent);
            for (int i = 0; i < batch; i++) {
                Message.write(view, start + i * piece, piece, first + (sent + i >> shift));
            }
            ring.commit(batch * piece);
            sent += batch;
        }
    }

    @Override
    public long receive(int size, long count) throws IOException {
        int piece = Math.min(size, BATCH_BYTES);
        long pieces = count << shift(size, piece);
        long sum = 0;
        for (long received = 0; received < pieces; ) {
            ByteBuffer view = ring.peek(piece);
            int start = view.position();
            int batch = batch(view, piece, pieces - received);
            for (int i = 0; i < batch; i++) {
                sum += Message.read(view, start + i * piece, piece);
            }
            ring.release(batch * piece);
            received += batch;
        }
        return sum;
    }

    /** How many pieces a message has, as a power of two. */
    private static int shift(int size, int piece) {
        return Integer.numberOfTrailingZeros(size / piece);
    }

    private static int batch(ByteBuffer view, int piece, long left) {
        return (int) Math.min(left, Math.max(1, Math.min(view.remaining(), BATCH_BYTES) / piece));
    }

    @Override
    public long events() {
        return ring.events();
    }

    @Override
    public void close() throws IOException {
        ring.close();
    }
}
