package dev.conduit.rendezvous.directory.engine;

import java.util.Comparator;
import java.util.TreeSet;

/** Things to do at a time. */
final class Timers {

    /** One of them. */
    static final class Timer {
        private final long at;
        private final long order;
        private final Action action;

        private Timer(long at, long order, Action action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }
    }

    /** What to do. */
    @FunctionalInterface
    interface Action {
        void run(long now);
    }

    private final TreeSet<Timer> timers = new TreeSet<>(
            Comparator.comparingLong((Timer timer) -> timer.at).thenComparingLong(timer -> timer.order));
    private long count;

    Timer at(long time, Action action) {
        Timer timer = new Timer(time, count++, action);
        timers.add(timer);
        return timer;
    }

    /** Null, or one that ran, is none. */
    void cancel(Timer timer) {
        if (timer != null) {
            timers.remove(timer);
        }
    }

    /** When the next is due, or {@link Long#MAX_VALUE}. */
    long next() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.first().at;
    }

    void run(long now) {
        while (!timers.isEmpty() && timers.first().at <= now) {
            timers.pollFirst().action.run(now);
        }
    }
}
