package dev.conduit.rendezvous.launch.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a wait.
 *
 * @param end by {@link System#nanoTime()}
 * @param whole how long the whole wait may be
 */
public record TimeLimit(long end, Duration whole) {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final long LONGEST_SLEEP_MILLIS = 250;

    /**
     * Begins a wait.
     *
     * @param whole how long it may be
     * @return its end
     */
    public static TimeLimit after(Duration whole) {
        Duration bounded = whole.compareTo(LONGEST) > 0 ? LONGEST : whole;
        return new TimeLimit(System.nanoTime() + Math.max(0, bounded.toNanos()), whole);
    }

    /**
     * Tells how much is left.
     *
     * @return not negative
     */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /**
     * Tells whether nothing is left.
     *
     * @return true at the end and after it
     */
    public boolean passed() {
        return end - System.nanoTime() <= 0;
    }

    /**
     * Waits for a condition that can only be looked at: at once, then at growing distances, up to a quarter of a second.
     *
     * @param <E> what looking may throw
     * @param condition looked at again and again
     * @return whether it was met in time
     * @throws E when looking failed
     * @throws InterruptedException when the thread is interrupted
     */
    public <E extends Exception> boolean await(Condition<E> condition) throws E, InterruptedException {
        for (long sleep = 1; !condition.met(); sleep = Math.min(sleep * 2, LONGEST_SLEEP_MILLIS)) {
            long left = left().toMillis();
            if (left <= 0) {
                return condition.met();
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(sleep, left));
        }
        return true;
    }

    /**
     * Something to wait for.
     *
     * @param <E> what looking may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {

        /**
         * Looks.
         *
         * @return whether it is so
         * @throws E when that cannot be told
         * @throws InterruptedException when the thread is interrupted
         */
        boolean met() throws E, InterruptedException;
    }
}
