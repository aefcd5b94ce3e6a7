package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.ServiceSettings;

/** Counts what a guest sends, as a sign that it is used. */
@FunctionalInterface
public interface TrafficMeter {

    /** What {@link #bytes} gives when nobody knows: then a service with addresses counts as used. */
    long UNKNOWN = -1;

    /**
     * Reads the counter. May block for a moment.
     *
     * @param service the service
     * @param domain its domain, or negative when it is not known
     * @return bytes since some beginning, or {@link #UNKNOWN}
     */
    long bytes(ServiceSettings service, int domain);
}
