package dev.conduit.rendezvous.resolver;

import java.time.Duration;
import java.util.List;

/**
 * What a resolver found.
 *
 * @param endpoints alternatives, the best first; none when the name is not known
 * @param ttl how long this may be believed; zero: for this once
 */
public record Resolution(List<Endpoint> endpoints, Duration ttl) {

    /** Nothing is known under the name, and next time may be different. */
    static final Resolution UNKNOWN = new Resolution(List.of(), Duration.ZERO);

    /**
     * Copies the list.
     *
     * @param endpoints alternatives
     * @param ttl how long
     */
    public Resolution {
        endpoints = List.copyOf(endpoints);
    }
}
