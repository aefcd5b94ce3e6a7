package dev.conduit.vchan;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes what calls left unpublished, about 10 ms later, in case the user does not come back: without it a peer
 * could wait for space or bytes that are there. One daemon thread for all channels. It looks at all of them every 10 ms
 * while anything is left unpublished anywhere, and sleeps without a time limit otherwise.
 */
final class LatePublisher {

    private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Set<RingHalf> HALVES = ConcurrentHashMap.newKeySet();
    private static final Thread THREAD = start();

    /** Something was left unpublished since the thread last took note. */
    private static volatile boolean expected;

    /** The thread sleeps or is about to, and looks at {@link #expected} once more after setting this. */
    private static volatile boolean asleep;

    private LatePublisher() {}

    static void add(RingHalf half) {
        HALVES.add(half);
    }

    static void remove(RingHalf half) {
        HALVES.remove(half);
    }

    /** Called by the data path after it left something unpublished: one load, unless it is the first in 10 ms. */
    static void expect() {
        if (!expected) {
            expected = true;
            if (asleep) {
                LockSupport.unpark(THREAD);
            }
        }
    }

    private static Thread start() {
        Thread thread = new Thread(LatePublisher::run, "vchan-late-publisher");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void run() {
        while (true) {
            asleep = true;
            while (!expected) {
                LockSupport.park();
            }
            asleep = false;
            while (expected) {
                expected = false;
                LockSupport.parkNanos(DELAY);
                for (RingHalf half : HALVES) {
                    half.publishDeferred();
                }
            }
        }
    }
}
