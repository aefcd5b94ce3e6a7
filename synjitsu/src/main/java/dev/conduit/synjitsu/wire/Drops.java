package dev.conduit.synjitsu.wire;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what was dropped, and why. One thread counts; any may read. */
public final class Drops {

    private final AtomicLongArray counts = new AtomicLongArray(DropReason.values().length);

    /** Nothing was dropped yet. */
    public Drops() {}

    /**
     * Counts one.
     *
     * @param reason why it was dropped
     */
    public void count(DropReason reason) {
        counts.lazySet(reason.ordinal(), of(reason) + 1);
    }

    /**
     * How many were dropped for this reason.
     *
     * @param reason the reason
     * @return 0 or more
     */
    public long of(DropReason reason) {
        return counts.get(reason.ordinal());
    }

    /**
     * How many were dropped.
     *
     * @return the counts that are not 0
     */
    public Map<DropReason, Long> all() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            if (of(reason) != 0) {
                all.put(reason, of(reason));
            }
        }
        return all;
    }

    /** Counts one, and is the {@code null} that a reader gives for what it dropped. */
    <T> T drop(DropReason reason) {
        count(reason);
        return null;
    }
}
