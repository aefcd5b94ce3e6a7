package dev.conduit.rendezvous.directory.engine;

/** Whether a service is used, from looks at its open flows and its byte counter. */
final class Traffic {

    private static final long UNKNOWN = -1;

    private long lastSeen;
    private long bytes = UNKNOWN;
    private int flows;

    /** A new guest. */
    void begin(long now) {
        lastSeen = now;
        bytes = UNKNOWN;
        flows = 0;
    }

    /**
     * Takes a look.
     *
     * @param addressed whether clients can reach it by its addresses: then it counts as used as long as nobody can tell
     * @return whether it was used since the last look
     */
    boolean sampled(long now, int openFlows, long counter, boolean addressed) {
        boolean moved = counter >= 0 && bytes >= 0 && counter != bytes;
        boolean used = openFlows > 0 || moved;
        if (used || addressed && counter < 0) {
            lastSeen = now;
        }
        flows = openFlows;
        bytes = counter;
        return used;
    }

    long lastSeen() {
        return lastSeen;
    }

    int flows() {
        return flows;
    }
}
