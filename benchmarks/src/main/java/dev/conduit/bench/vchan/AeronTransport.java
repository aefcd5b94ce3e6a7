package dev.conduit.bench.vchan;

import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron over shared memory, busy spinning: messages are made in the log and looked at there, or offered and put together
 * again when they are too long for that.
 */
final class AeronTransport implements Transport {

    private static final int LARGEST = 65536;
    private static final int FRAGMENTS = 64;

    private final ExclusivePublication out;
    private final Subscription in;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(LARGEST));
    private final FragmentHandler whole = this::take;
    private final FragmentHandler parts = new FragmentAssembler(whole);
    private long received;
    private long sum;

    AeronTransport(ExclusivePublication out, Subscription in) {
        this.out = out;
        this.in = in;
    }

    @Override
    public void send(int size, long first, long count) throws IOException {
        boolean inPlace = size <= out.maxPayloadLength();
        for (long number = first; number < first + count; number++) {
            if (inPlace) {
                await(size);
                write(claim.buffer(), claim.offset(), size, number);
                claim.commit();
            } else {
                write(message, 0, size, number);
                while (failed(out.offer(message, 0, size))) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private void await(int size) throws IOException {
        while (failed(out.tryClaim(size, claim))) {
            Thread.onSpinWait();
        }
    }

    private static boolean failed(long position) throws IOException {
        if (position == ExclusivePublication.CLOSED || position == ExclusivePublication.MAX_POSITION_EXCEEDED) {
            throw new IOException("Aeron's publication is closed: " + position);
        }
        return position < 0;
    }

    /** As {@link Message#write}, into Aeron's kind of buffer. */
    private static void write(MutableDirectBuffer target, int at, int size, long number) {
        for (int i = at; i <= at + size - Long.BYTES; i += Message.LINE) {
            target.putLong(i, number);
        }
    }

    @Override
    public long receive(int size, long count) {
        FragmentHandler handler = size <= out.maxPayloadLength() ? whole : parts;
        int most = handler == whole ? FRAGMENTS : 1;
        received = 0;
        sum = 0;
        while (received < count) {
            if (in.poll(handler, (int) Math.min(most, count - received)) == 0) {
                Thread.onSpinWait();
            }
        }
        return sum;
    }

    private void take(DirectBuffer source, int at, int size, Header header) {
        for (int i = at; i <= at + size - Long.BYTES; i += Message.LINE) {
            sum += source.getLong(i);
        }
        received++;
    }

    @Override
    public void close() {
        out.close();
        in.close();
    }
}
