package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.time.Duration;

/** How a socket front reaches a service. Thread-safe. */
@FunctionalInterface
public interface Upstream {

    /**
     * Starts the service if it sleeps, and connects to it. Blocks.
     *
     * @param asker the client's address, for the directory's records
     * @param patience longest wait
     * @return an open connection
     * @throws IOException when it did not start or does not answer; one line that says so
     */
    Leg connect(String asker, Duration patience) throws IOException;
}
