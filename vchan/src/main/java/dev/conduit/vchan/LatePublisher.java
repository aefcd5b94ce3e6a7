package dev.conduit.vchan;

import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes what calls left unpublished, about 10 ms later, in case the user does not come back: without it a peer
 * could wait for space or bytes that are there. One daemon thread for all channels; it sleeps while nothing is left
 * unpublished.
 */
final class LatePublisher {

    private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long it may oversleep when {@link #expect} and its falling asleep miss each other. */
    private static final long LONGEST_SLEEP = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Set<RingHalf> HALVES = ConcurrentHashMap.newKeySet();
    private static final Thread THREAD = start();

    private static volatile boolean asleep;

    private LatePublisher() {}

    static void add(RingHalf half) {
        HALVES.add(half);
        LockSupport.unpark(THREAD);
    }

    static void remove(RingHalf half) {
        HALVES.remove(half);
    }

    /** Called by the data path after it left something unpublished: one load, unless the thread sleeps. */
    static void expect() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(THREAD);
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
            if (sweep()) {
                LockSupport.parkNanos(DELAY);
                continue;
            }
            asleep = true;
            VarHandle.fullFence(); // what was left before expect() read false is found by this sweep, as a rule
            if (!sweep()) {
                if (HALVES.isEmpty()) {
                    LockSupport.park();
                } else {
                    LockSupport.parkNanos(LONGEST_SLEEP);
                }
            }
            asleep = false;
        }
    }

    private static boolean sweep() {
        boolean any = false;
        for (RingHalf half : HALVES) {
            any |= half.publishDeferred();
        }
        return any;
    }
}
