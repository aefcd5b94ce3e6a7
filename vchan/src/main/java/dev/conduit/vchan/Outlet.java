package dev.conduit.vchan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/** The writing calls of a channel: one thread at a time. */
final class Outlet {

    private final Link link;
    private final Waiter waiter;
    private final Producer half;
    private final RingBytes ring;
    /** A long write publishes in pieces, so that the peer reads one while this side writes the next. */
    private final int piece;
    /** Size of the view last given out by {@link #reserve}. */
    private int reserved;

    Outlet(Link link, Waiter waiter, Producer half, RingBytes ring) {
        this.link = link;
        this.waiter = waiter;
        this.half = half;
        this.ring = ring;
        this.piece = half.size / 4;
    }

    Producer half() {
        return half;
    }

    boolean contiguous() {
        return ring.mirrored();
    }

    int write(ByteBuffer source, long timeout) throws IOException {
        begin();
        int count = source.remaining();
        writeFully(source, timeout);
        half.publishByPolicy();
        return count;
    }

    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        begin();
        long count = 0;
        for (int i = offset; i < offset + length; i++) {
            count += sources[i].remaining();
            writeFully(sources[i], Waiter.FOREVER);
        }
        half.publishByPolicy();
        return count;
    }

    int tryWrite(ByteBuffer source) throws IOException {
        begin();
        int count = Math.min(source.remaining(), roomFor(source.remaining()));
        put(source, count);
        half.publishByPolicy();
        return count;
    }

    void send(ByteBuffer packet, long timeout) throws IOException {
        int count = packet.remaining();
        if (count > half.size) {
            throw new IllegalArgumentException(
                    "packet of " + count + " bytes is larger than the ring of " + half.size);
        }
        begin();
        awaitRoom(count, timeout);
        put(packet, count);
        half.publishByPolicy();
    }

    ByteBuffer reserve(int atLeast, Duration timeout) throws IOException {
        begin();
        int unbroken = ring.unbroken(half.own(), half.size);
        if (atLeast < 1 || atLeast > unbroken) {
            throw new IllegalArgumentException("reservation of " + atLeast + " bytes is not between 1 and " + unbroken
                    + (contiguous() ? "" : ", what is left before the end of this ring, which is not mirrored"));
        }
        if (half.cached() < atLeast) {
            awaitRoom(atLeast, RingChannel.nanos(timeout));
        }
        reserved = ring.unbroken(half.own(), half.cached());
        return ring.view(half.own(), reserved);
    }

    void commit(int count) throws IOException {
        link.checkUsable();
        if (count < 0 || count > reserved) {
            throw new IllegalArgumentException(
                    "commit of " + count + " bytes is not between 0 and the " + reserved + " reserved");
        }
        reserved = 0;
        half.advance(count);
        half.publishByPolicy();
    }

    void flush() throws IOException {
        link.checkUsable();
        half.publishPending();
    }

    int free() throws IOException {
        link.checkUsable();
        return half.look();
    }

    boolean drain(long timeout) throws IOException {
        link.checkUsable();
        try {
            return waiter.await(half, half.size, timeout);
        } catch (VchanTimeoutException e) {
            return false;
        }
    }

    private void begin() throws IOException {
        link.checkUsable();
        link.checkPeerOpen();
        reserved = 0;
    }

    /** Puts everything in the ring; the last piece is not published yet. */
    private void writeFully(ByteBuffer source, long timeout) throws IOException {
        boolean waited = false;
        long firstWait = 0;
        while (source.hasRemaining()) {
            int wanted = Math.min(source.remaining(), piece);
            int count = Math.min(wanted, roomFor(wanted));
            if (count == 0) {
                half.publishPending();
                firstWait = waited ? firstWait : System.nanoTime();
                waited = true;
                if (!waiter.await(half, 1, timeout, firstWait)) {
                    link.checkPeerOpen();
                }
            } else {
                put(source, count);
                if (source.hasRemaining() && half.unpublished() >= piece) {
                    half.publish();
                }
            }
        }
    }

    private int roomFor(int wanted) throws IOException {
        int room = half.cached();
        return room >= wanted ? room : half.poll();
    }

    private void awaitRoom(int count, long timeout) throws IOException {
        if (half.cached() < count && !waiter.await(half, count, timeout)) {
            link.checkPeerOpen();
        }
    }

    private void put(ByteBuffer source, int count) {
        ring.put(half.own(), source, count);
        half.advance(count);
    }
}
