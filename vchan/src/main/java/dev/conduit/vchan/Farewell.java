package dev.conduit.vchan;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How a client leaves a server that goes on with its next client on the same rings, such as vchan-socket-proxy: so that
 * the server sees the end even if the next client comes at once, and the next client does not find in the ring what was
 * meant for this one.
 *
 * <p>Such a server does not answer, but after each look at the ring its request to be told of writes is set again. So:
 * let it come to rest, because one that writes at the moment of the end fails; clear the live byte and the request, send
 * an event and wait for the request. It may come from a look that began before, then another one follows. Then nothing
 * more is written, and what is in the ring is taken out.
 */
final class Farewell {

    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(200);
    /** A server that writes comes to rest when the ring is full; one that is idle shows no change for so long. */
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(3);
    /** How soon after the first request a second one comes, if it comes. */
    private static final long SECOND_LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    private final SharedWords words;
    private final Link link;
    private final int size;
    private final int requested;
    private final long deadline;

    /**
     * Makes a farewell, which begins now.
     *
     * @param size bytes of the ring this side reads
     * @param patience longest wait for the server, in nanoseconds
     */
    Farewell(SharedWords words, Link link, int size, long patience) {
        this.words = words;
        this.link = link;
        this.size = size;
        this.requested = VchanPage.NOTIFY_WRITE << link.role().askedShift;
        this.deadline = System.nanoTime() + patience;
    }

    /** Takes leave; the channel is closed for its user already. */
    void say() {
        link.port().wakeUp(); // a reader still asleep ends before the index is changed below
        awaitRest();
        words.storeLiveRelease(link.role().ownLive, VchanPage.LIVE_GONE);
        if (noticed(deadline) && serverOpen()) {
            noticed(Math.min(deadline, System.nanoTime() + SECOND_LOOK));
        }
        words.orFlags(requested); // or the server would not be told of the next client's first write
        int written = words.loadIndexAcquire(link.role().peerProd);
        if (Integer.compareUnsigned(written - words.loadIndexAcquire(link.role().ownCons), size) <= 0) {
            words.storeIndexRelease(link.role().ownCons, written);
        }
    }

    private void awaitRest() {
        int seen = words.loadIndexAcquire(link.role().peerProd);
        long since = System.nanoTime();
        while (serverOpen() && System.nanoTime() - since < REST && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK);
            int now = words.loadIndexAcquire(link.role().peerProd);
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            }
        }
    }

    /** Whether the server has looked at the ring after an event. */
    private boolean noticed(long until) {
        words.getAndMaskFlags(~requested);
        link.send();
        while ((words.loadFlagsAcquire() & requested) == 0) {
            if (!serverOpen() || System.nanoTime() >= until) {
                return false;
            }
            LockSupport.parkNanos(LOOK);
        }
        return true;
    }

    private boolean serverOpen() {
        int live = words.loadFlagsAcquire() >>> VchanPage.shiftInFlags(link.role().peerLive) & 0xFF;
        return live == VchanPage.LIVE_OPEN;
    }
}
