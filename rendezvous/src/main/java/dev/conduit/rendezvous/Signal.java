package dev.conduit.rendezvous;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Says "look again" from one thread to another; being told twice is as good as once. */
final class Signal {

    private final Semaphore told = new Semaphore(0);

    void set() {
        if (told.availablePermits() == 0) {
            told.release();
        }
    }

    /** To be called before a look, so that what changes during the look is not missed. */
    void clear() {
        told.drainPermits();
    }

    /** True when set, false when time is up. */
    boolean await(String what, Duration longest) throws InterruptedIOException {
        try {
            return told.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
    }
}
