package dev.conduit.vchan;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One side of one ring: the own index, what of it the peer has been told, and the last seen index of the peer.
 *
 * <p>Indices are free-running unsigned 32-bit numbers that wrap; only differences mean something. The own index is
 * private and never read back from the page. The peer's is loaded once when the cached value no longer suffices, then
 * checked: it may only move forwards, and only as far as the published own index allows.
 *
 * <p><b>Publishing.</b> One thread owns the half (the reader or the writer). When the half may leave a call with
 * something unpublished, other threads publish for it: a thread that blocks on the other half, the late publisher, and
 * close. A lock around the store keeps an older value from overwriting a newer one. After the store comes a full fence
 * and the test of the peer's request bit, by the same thread.
 */
abstract class RingHalf implements Spin.Target {

    private static final VarHandle OWN;
    private static final VarHandle PUBLISHED;
    private static final VarHandle PUBLISHING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OWN = lookup.findVarHandle(RingHalf.class, "own", int.class);
            PUBLISHED = lookup.findVarHandle(RingHalf.class, "published", int.class);
            PUBLISHING = lookup.findVarHandle(RingHalf.class, "publishing", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    protected final Link link;
    protected final int size;
    private final SharedWords words;
    private final int ownOffset;
    private final int peerOffset;
    private final int announce;
    private final int request;
    private final boolean defers;
    private final Spin spin;

    /** Written by the owner only; released, so that who publishes it also publishes what it covers. */
    private int own;
    /** The peer's index as last loaded and checked; the owner's alone. */
    private int peer;
    /** What the page holds of {@link #own}; under the lock when {@link #defers}, else the owner's. */
    private int published;
    /** The lock: 1 while a thread publishes. */
    private volatile int publishing;

    private long bytes;
    private long waits;

    /**
     * Makes a half that goes on from the indices in the page.
     *
     * @param announce the request of the peer that a publication of this half answers
     * @param request what this half asks for when it waits
     * @param defers whether calls may end with something unpublished
     */
    RingHalf(Link link, int size, int ownOffset, int peerOffset, int announce, int request, boolean defers, Spin spin) {
        this.link = link;
        this.words = link.words();
        this.size = size;
        this.ownOffset = ownOffset;
        this.peerOffset = peerOffset;
        this.announce = announce;
        this.request = request;
        this.defers = defers;
        this.spin = spin;
        this.own = words.loadIndexAcquire(ownOffset);
        this.published = own;
    }

    /** Takes over the peer's index from the page, which must be within the ring from the earliest possible one on. */
    final void startFrom(int earliestPeer) throws IOException {
        peer = earliestPeer;
        poll();
    }

    /** How many bytes can be read or written, given both indices. */
    abstract int amount(int own, int peer);

    /** How far the peer's index may move from its last seen value. */
    abstract int mostPeerProgress(int published, int peer);

    final int own() {
        return own;
    }

    final int cached() {
        return amount(own, peer);
    }

    /** Loads the peer's index, checks it, and returns the bytes that can be read or written. Owner only. */
    @Override
    public final int poll() throws IOException {
        int value = words.loadIndexAcquire(peerOffset);
        // Read after the load: another thread may have published, and the peer may have seen that already.
        int known = (int) PUBLISHED.getAcquire(this);
        if (Integer.compareUnsigned(value - peer, mostPeerProgress(known, peer)) > 0) {
            throw violation(value, known);
        }
        peer = value;
        return amount(own, value);
    }

    /** As {@link #poll}, from any thread: changes nothing. */
    final int look() throws IOException {
        while (true) {
            int mine = (int) OWN.getAcquire(this);
            int value = words.loadIndexAcquire(peerOffset);
            int amount = amount(mine, value);
            if (Integer.compareUnsigned(amount, size) <= 0) {
                return amount;
            }
            if (mine == (int) OWN.getAcquire(this)) {
                throw violation(value, mine);
            }
        }
    }

    /** Moves the own index on, after the bytes were copied; nobody else sees it before {@link #publish}. */
    final void advance(int count) {
        bytes += count;
        OWN.setRelease(this, own + count);
    }

    final int unpublished() {
        return own - published;
    }

    /** Makes the own index visible and sends an event if the peer asked for one. Any thread if this half defers. */
    final void publish() {
        if (defers) {
            publishShared();
        } else {
            published = own;
            words.storeIndexRelease(ownOffset, own);
        }
        link.sendIfAsked(announce);
    }

    /** As {@link #publish}, when something is unpublished. Afterwards what was advanced before is in the page. */
    final void publishPending() {
        // A thread that is publishing has changed the field already, but the page perhaps not yet.
        if ((int) OWN.getAcquire(this) != (int) PUBLISHED.getAcquire(this) || publishing != 0) {
            publish();
        }
    }

    /** As {@link #publishPending}, but for threads that may not be the owner. */
    final void publishDeferred() {
        if (defers) {
            publishPending();
        }
    }

    private void publishShared() {
        while (!PUBLISHING.compareAndSet(this, 0, 1)) {
            // The holder is between two instructions, or was taken off the processor there.
            Thread.yield();
        }
        int value = (int) OWN.getAcquire(this);
        PUBLISHED.setRelease(this, value); // before the page: who sees the peer's answer must find it here
        words.storeIndexRelease(ownOffset, value);
        PUBLISHING.setRelease(this, 0);
    }

    /** Asks the peer for an event when it changes its index; followed by a full fence, then look again. */
    final void request() {
        link.request(request);
    }

    final boolean spin(int atLeast, long timeout) throws IOException {
        return spin.until(this, atLeast, timeout);
    }

    final void countWait() {
        waits++;
    }

    /** Takes note of how long a call slept until its bytes were there. */
    final void slept(long nanos) {
        spin.slept(nanos);
    }

    final long bytes() {
        return bytes;
    }

    final long waits() {
        return waits;
    }

    private IOException violation(int value, int known) {
        String field = VchanPage.field(peerOffset);
        return link.violated(field, field + " went from " + Integer.toUnsignedString(peer) + " to "
                + Integer.toUnsignedString(value) + ", but with " + VchanPage.field(ownOffset) + " at "
                + Integer.toUnsignedString(known) + " and a ring of " + size + " bytes it may move by at most "
                + mostPeerProgress(known, peer));
    }
}
