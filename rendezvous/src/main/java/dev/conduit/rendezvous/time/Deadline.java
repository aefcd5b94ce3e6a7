package dev.conduit.rendezvous.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a wait.
 *
 * @param nanoTime by {@link System#nanoTime()}
 * @param whole how long the whole wait may be
 */
public record Deadline(long nanoTime, Duration whole) {

    /** Far enough for anybody, near enough that nanoTime arithmetic does not wrap. */
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final long LONGEST_SLEEP_MILLIS = 250;

    /**
     * Begins a wait.
     *
     * @param whole how long it may be; what is negative is over at once
     * @return its end
     */
    public static Deadline after(Duration whole) {
        Duration bounded = whole.compareTo(LONGEST) > 0 ? LONGEST : whole;
        return new Deadline(System.nanoTime() + Math.max(0, bounded.toNanos()), whole);
    }

    /**
     * Tells how much is left.
     *
     * @return nanoseconds, negative after the end
     */
    public long nanosLeft() {
        return nanoTime - System.nanoTime();
    }

    /**
     * Tells whether nothing is left.
     *
     * @return true at the end and after it
     */
    public boolean passed() {
        return nanosLeft() <= 0;
    }

    /**
     * Tells how much is left.
     *
     * @return not negative
     */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanosLeft()));
    }

    /**
     * Tells how long one step of the wait may be.
     *
     * @param atMost the longest step
     * @return what is left, or that
     */
    public Duration left(Duration atMost) {
        Duration left = left();
        return left.compareTo(atMost) < 0 ? left : atMost;
    }

    /**
     * Gives one of several alternatives its share.
     *
     * @param last whether it is the last
     * @return the last has all that is left, others half of it
     */
    public Deadline share(boolean last) {
        return after(last ? left() : left().dividedBy(2));
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
