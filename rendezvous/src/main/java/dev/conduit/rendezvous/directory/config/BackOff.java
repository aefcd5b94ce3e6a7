package dev.conduit.rendezvous.directory.config;

import java.time.Duration;

/**
 * How long a service that failed is left alone.
 *
 * @param first after the first failure; doubled for each further one
 * @param longest the bound of that
 * @param reset a service that was ready for so long begins anew
 */
public record BackOff(Duration first, Duration longest, Duration reset) {

    private static final int MOST_DOUBLINGS = 40;

    /**
     * Computes the pause.
     *
     * @param failures in a row, at least 1
     * @return the pause
     */
    public Duration after(int failures) {
        double nanos = first.toNanos() * Math.pow(2, Math.min(failures - 1, MOST_DOUBLINGS));
        return nanos >= longest.toNanos() ? longest : Duration.ofNanos((long) nanos);
    }
}
