package dev.conduit.vchan;

/**
 * A channel in a {@link VchanSelector}, and what it is there for: at first a byte of data. It ends when the channel or
 * the selector is closed. Thread-safe.
 *
 * @param <T> what the selector gives back for it
 */
public final class VchanKey<T> {

    private final VchanSelector<T> selector;
    private final RingChannel channel;
    private final Readiness readiness;
    private final T attachment;

    /** Stands in the selector's queue; guarded by that. */
    private boolean queued;
    /** Is looked at without an event; the selecting thread's own, as is when it last had one or was ready. */
    private boolean awake;
    private long lastReady;
    private volatile boolean cancelled;

    VchanKey(VchanSelector<T> selector, RingChannel channel, Readiness readiness, T attachment) {
        this.selector = selector;
        this.channel = channel;
        this.readiness = readiness;
        this.attachment = attachment;
    }

    /**
     * Sets what is waited for: the channel is ready when one of the two is there, or when it has ended. Who wants
     * packets of a known size is not woken by a part of one; who has written all there was to write wants no space.
     *
     * @param data least bytes to read, 0 to the size of that ring; 0: none are waited for
     * @param space least bytes free to write, 0 to the size of that ring; 0: none are waited for
     * @throws IllegalArgumentException when one is out of range
     */
    public void want(int data, int space) {
        readiness.want(data, space);
        selector.signal(this);
    }

    /** Takes the channel out of the selector, which may have it in the list it gave out last. Idempotent. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            channel.forget(this);
            selector.forget(this);
        }
    }

    T attachment() {
        return attachment;
    }

    Readiness readiness() {
        return readiness;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** True for the first call since {@link #taken}. */
    boolean queue() {
        boolean first = !queued;
        queued = true;
        return first;
    }

    void taken() {
        queued = false;
    }

    /** True when it was asleep. */
    boolean wake(long now) {
        boolean asleep = !awake;
        awake = true;
        lastReady = now;
        return asleep;
    }

    /** Nanoseconds since it was last worth a look. */
    long idle(long now) {
        return now - lastReady;
    }

    void sleep() {
        awake = false;
    }
}
