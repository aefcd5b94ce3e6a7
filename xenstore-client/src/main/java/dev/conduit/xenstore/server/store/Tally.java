package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;

/** How much there is of each kind, and the most there ever was. */
final class Tally {

    private static final int KINDS = Kind.values().length;

    private final long[] values = new long[KINDS];
    private final long[] maxima = new long[KINDS];
    /** Takes the maxima of many tallies; null for none. */
    private final Tally summary;

    Tally(Tally summary) {
        this.summary = summary;
    }

    long get(Kind kind) {
        return values[kind.ordinal()];
    }

    long max(Kind kind) {
        return maxima[kind.ordinal()];
    }

    void add(Kind kind, long more) {
        int index = kind.ordinal();
        values[index] += more;
        if (more > 0) {
            seen(kind, values[index]);
        }
    }

    /** Notes a size that is limited but not summed up, such as that of one node. */
    void seen(Kind kind, long value) {
        int index = kind.ordinal();
        if (value > maxima[index]) {
            maxima[index] = value;
            if (summary != null) {
                summary.seen(kind, value);
            }
        }
    }

    void resetMaxima() {
        System.arraycopy(values, 0, maxima, 0, KINDS);
    }
}
