package dev.conduit.rendezvous.directory.engine;

/** The memory of all guests that run or are about to. */
final class Memory {

    private static final long MIB = 1 << 20;

    private long limit;
    private long used;

    void limit(long bytes) {
        limit = bytes;
    }

    long used() {
        return used;
    }

    boolean hasRoom(long bytes) {
        return limit == 0 || used + bytes <= limit;
    }

    /** Also beyond the limit: a guest that runs already has what it has. */
    void take(long bytes) {
        used += bytes;
    }

    void giveBack(long bytes) {
        used -= bytes;
    }

    String lacks(long bytes) {
        return "needs " + mib(bytes) + " of memory, and " + mib(used) + " of the " + mib(limit) + " for all services are"
                + " in use";
    }

    private static String mib(long bytes) {
        return (bytes + MIB - 1) / MIB + " MiB";
    }
}
