package dev.conduit.rendezvous.directory.engine;

/** Whether a service is used, from looks at its open flows and its byte counter. */
final class Traffic {

    private static final long UNKNOWN = -1;

    private long lastSeen;
    private long bytes = UNKNOWN;
    private int flows;
    private boolean used;

    /** A new guest. */
    void begin(long now) {
        lastSeen = now;
        bytes = UNKNOWN;
        flows = 0;
        used = false;
    }

    /**
     * Takes a look.
     *
     * @param addressed whether clients can reach it by its addresses: then it counts as used as long as nobody can tell
     * @return whether it counts as used since the last look
     */
    boolean sampled(long now, int openFlows, long counter, boolean addressed) {
        boolean moved = counter >= 0 && bytes >= 0 && counter != bytes;
        boolean active = openFlows > 0 || moved || addressed && counter < 0;
        if (active) {
            lastSeen = now;
        }
        used |= openFlows > 0 || moved;
        flows = openFlows;
        bytes = counter;
        return active;
    }

    /** Whether flows or bytes were seen at any look. */
    boolean wasSeen() {
        return used;
    }

    long lastSeen() {
        return lastSeen;
    }

    int flows() {
        return flows;
    }
}
