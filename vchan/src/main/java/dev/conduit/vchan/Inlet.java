package dev.conduit.vchan;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/** The reading calls of a channel: one thread at a time. */
final class Inlet {

    private final Link link;
    private final Waiter waiter;
    private final Consumer half;
    private final RingBytes ring;
    /** Size of the view last given out by {@link #peek}. */
    private int peeked;

    Inlet(Link link, Waiter waiter, Consumer half, RingBytes ring) {
        this.link = link;
        this.waiter = waiter;
        this.half = half;
        this.ring = ring;
    }

    Consumer half() {
        return half;
    }

    boolean contiguous() {
        return ring.mirrored();
    }

    int read(ByteBuffer target, long timeout) throws IOException {
        link.checkUsable();
        int wanted = target.remaining();
        if (wanted == 0) {
            return 0;
        }
        int ready = readyFor(wanted);
        if (ready == 0) {
            if (!waiter.await(half, 1, timeout)) {
                return -1;
            }
            ready = half.cached();
        }
        return take(target, Math.min(wanted, ready));
    }

    int tryRead(ByteBuffer target) throws IOException {
        link.checkUsable();
        int wanted = target.remaining();
        if (wanted == 0) {
            return 0;
        }
        int ready = readyFor(wanted);
        if (ready == 0) {
            // The order of a waiter: the end first, then the index once more.
            boolean ended = link.peerEnded();
            ready = half.poll();
            if (ready == 0) {
                return ended ? -1 : 0;
            }
        }
        return take(target, Math.min(wanted, ready));
    }

    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            while (targets[i].hasRemaining()) {
                int count = total == 0 ? read(targets[i], Waiter.FOREVER) : tryRead(targets[i]);
                if (count <= 0) {
                    return total == 0 ? count : total;
                }
                total += count;
            }
        }
        return total;
    }

    boolean receive(ByteBuffer target, long timeout) throws IOException {
        int wanted = target.remaining();
        if (wanted > half.size) {
            throw new IllegalArgumentException(
                    "packet of " + wanted + " bytes is larger than the ring of " + half.size);
        }
        link.checkUsable();
        if (readyFor(wanted) < wanted && !waiter.await(half, wanted, timeout)) {
            return false;
        }
        take(target, wanted);
        return true;
    }

    ByteBuffer peek(int atLeast, Duration timeout) throws IOException {
        link.checkUsable();
        int most = contiguous() ? half.size : 1;
        if (atLeast < 1 || atLeast > most) {
            throw new IllegalArgumentException("view of " + atLeast + " bytes is not between 1 and " + most
                    + (contiguous() ? "" : ": this ring is not mirrored"));
        }
        if (half.cached() < atLeast && !waiter.await(half, atLeast, RingChannel.nanos(timeout))) {
            return null;
        }
        peeked = ring.unbroken(half.own(), half.cached());
        return ring.view(half.own(), peeked);
    }

    void release(int count) throws IOException {
        link.checkUsable();
        if (count < 0 || count > peeked) {
            throw new IllegalArgumentException(
                    "release of " + count + " bytes is not between 0 and the " + peeked + " looked at");
        }
        peeked = 0;
        half.release(count);
    }

    int available() throws IOException {
        link.checkUsable();
        return half.look();
    }

    private int readyFor(int wanted) throws IOException {
        int ready = half.cached();
        return ready >= wanted ? ready : half.poll();
    }

    private int take(ByteBuffer target, int count) throws IOException {
        ring.get(half.own(), target, count);
        VarHandle.loadLoadFence(); // the copy is done before the look at the close that would make it zeros
        link.checkStillUsable();
        target.position(target.position() + count);
        peeked = 0;
        half.release(count);
        return count;
    }
}
