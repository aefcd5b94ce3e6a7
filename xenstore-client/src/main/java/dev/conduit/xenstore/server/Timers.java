package dev.conduit.xenstore.server;

import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Connections to be looked at again at a time. Guarded by the store lock; one thread runs what is due. Work grows with
 * the logarithm of the timers that are set.
 */
final class Timers {

    /** One timer, set or not. */
    final class Timer {

        private final Runnable action;
        private long at;
        private long number;
        private boolean set;

        private Timer(Runnable action) {
            this.action = action;
        }

        boolean isSet() {
            return set;
        }

        /** Sets it that many nanoseconds ahead, instead of what it was set to. */
        void set(long nanos) {
            cancel();
            at = clock.getAsLong() + nanos;
            number = ++lastNumber;
            set = true;
            pending.add(this);
            if (pending.first() == this) {
                earlier.run();
            }
        }

        void cancel() {
            if (set) {
                pending.remove(this);
                set = false;
            }
        }
    }

    private final LongSupplier clock;
    private final TreeSet<Timer> pending = new TreeSet<>(Timers::compare);
    private Runnable earlier = () -> { };
    private long lastNumber;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    Timers(LongSupplier clock) {
        this.clock = clock;
    }

    private static int compare(Timer a, Timer b) {
        int order = Long.signum(a.at - b.at);
        return order != 0 ? order : Long.compare(a.number, b.number);
    }

    /** @param wakeUp called when the first timer is now earlier; must not block */
    void onEarlier(Runnable wakeUp) {
        earlier = wakeUp;
    }

    long now() {
        return clock.getAsLong();
    }

    Timer timer(Runnable action) {
        return new Timer(action);
    }

    /** Milliseconds to the first timer, rounded up so that it is due then; 0 for none. */
    long millisToNext() {
        if (pending.isEmpty()) {
            return 0;
        }
        return Math.max(0, pending.first().at - clock.getAsLong()) / 1_000_000 + 1;
    }

    /** Runs what is due now. */
    void run() {
        long now = clock.getAsLong();
        while (!pending.isEmpty() && pending.first().at - now <= 0) {
            Timer due = pending.first();
            due.cancel();
            due.action.run();
        }
    }
}
