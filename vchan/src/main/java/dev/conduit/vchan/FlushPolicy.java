package dev.conduit.vchan;

/**
 * When written bytes become visible to the peer. Whatever the policy, a call of this channel that blocks, {@link
 * VchanChannel#flush} and {@link VchanChannel#close} publish everything first.
 */
public final class FlushPolicy {

    /** At the end of each call that writes. The default. */
    public static final FlushPolicy EACH_WRITE = new FlushPolicy(1, false, "each write");

    /** Only when a call blocks, in the middle of a write that is longer than a quarter of the ring, and when told. */
    public static final FlushPolicy EXPLICIT = new FlushPolicy(Integer.MAX_VALUE, false, "explicit");

    private final int threshold;
    private final boolean bounded;
    private final String text;

    private FlushPolicy(int threshold, boolean bounded, String text) {
        this.threshold = threshold;
        this.bounded = bounded;
        this.text = text;
    }

    /**
     * Publishes whenever this many bytes have come together, which saves a fence and a cache line transfer for each
     * small write. What a thread leaves unpublished is published in the background about 10 ms later.
     *
     * @param bytes 1 to 1 MiB; more than half a ring acts as half a ring
     * @return the policy
     * @throws IllegalArgumentException when {@code bytes} is out of range
     */
    public static FlushPolicy batched(int bytes) {
        if (bytes < 1 || bytes > RingOrder.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "flush batch of " + bytes + " bytes is not between 1 and " + RingOrder.MAX_BYTES);
        }
        return new FlushPolicy(bytes, true, "batches of " + bytes + " bytes");
    }

    /** How many unpublished bytes are published at once, for a ring of this size. */
    int threshold(int ringBytes) {
        return bounded ? Math.min(threshold, ringBytes / 2) : threshold;
    }

    /** Whether a call may end with unpublished bytes, so that other threads may have to publish them. */
    boolean defers() {
        return threshold > 1;
    }

    /** Whether unpublished bytes are published in the background after a while. */
    boolean publishesLate() {
        return bounded;
    }

    @Override
    public String toString() {
        return text;
    }
}
