package dev.conduit.core.xen.event;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a descriptor open while a call uses it: its number may be another file's right after it was closed. Closing
 * does not wait; who leaves last gives back. Thread-safe, and allocates nothing.
 */
final class UseCount {

    /** Set once closed; the other bits count the calls inside. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger uses = new AtomicInteger();
    private final Runnable giveBack;

    /** {@code giveBack} runs once, when closed and nobody is inside. */
    UseCount(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    /** False once closed; else {@link #leave} must follow. */
    boolean enter() {
        int now = uses.get();
        while (now >= 0 && !uses.compareAndSet(now, now + 1)) {
            now = uses.get();
        }
        return now >= 0;
    }

    void leave() {
        if (uses.decrementAndGet() == CLOSED) {
            giveBack.run();
        }
    }

    /** Idempotent. */
    void close() {
        if (uses.getAndUpdate(now -> now | CLOSED) == 0) {
            giveBack.run();
        }
    }
}
