package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.state.ServerState;
import java.util.concurrent.TimeUnit;

/**
 * Whose connections come in at a listening socket, and how fast: a guest's, {@link #BURST} at once, then {@link #RATE} a
 * second, since accepting and closing them is the dearest thing a guest can have done. Others wait in the socket's
 * queue. Domain 0 and a successor are not bounded. Not thread-safe.
 */
final class Entrance {

    /** Connections of a guest taken one right after the other. */
    static final int BURST = 64;
    /** Connections of a guest a second, in the long run. */
    static final int RATE = 250;
    private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / RATE;

    private final int domain;
    private boolean used;
    /** When everything taken so far would have come in at the rate; as {@link System#nanoTime}. */
    private long paid;

    /** @param domain whose socket it is, or {@link ServerState#SUCCESSOR} */
    Entrance(int domain) {
        this.domain = domain;
    }

    int domain() {
        return domain;
    }

    /**
     * Takes a connection.
     *
     * @param now as {@link System#nanoTime}
     * @return nanoseconds to wait until it may come in; 0 when it has
     */
    long take(long now) {
        if (domain == 0 || domain == ServerState.SUCCESSOR) {
            return 0;
        }
        if (!used || paid - now < 0) {
            used = true;
            paid = now;
        }
        long wait = paid - now - (BURST - 1) * NANOS_EACH;
        if (wait > 0) {
            return wait;
        }
        paid += NANOS_EACH;
        return 0;
    }
}
