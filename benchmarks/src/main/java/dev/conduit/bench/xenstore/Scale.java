package dev.conduit.bench.xenstore;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** How much of everything. */
public enum Scale {
    /** What the figures are quoted from; some minutes. */
    FULL(20_000, 500, 10_000, 10_000, 10_000, 10_000, List.of(25, 50, 100, 200), 4, 50, 500, 5, 1000),
    /** Everything once, in seconds, to see that it works; the figures mean nothing. */
    QUICK(200, 20, 100, 200, 200, 50, List.of(5, 10), 1, 10, 10, 1, 10);

    private final int watches;
    private final int fewConnections;
    private final int manyConnections;
    private final int children;
    private final int subtree;
    private final int domains;
    private final List<Integer> setUps;
    private final int slices;
    private final int sliceMillis;
    private final int warmUpMillis;
    private final int bulkToWarmUp;
    private final int libxenstoreIterations;

    Scale(int watches, int fewConnections, int manyConnections, int children, int subtree, int domains,
            List<Integer> setUps, int slices, int sliceMillis, int warmUpMillis, int bulkToWarmUp,
            int libxenstoreIterations) {
        this.watches = watches;
        this.fewConnections = fewConnections;
        this.manyConnections = manyConnections;
        this.children = children;
        this.subtree = subtree;
        this.domains = domains;
        this.setUps = setUps;
        this.slices = slices;
        this.sliceMillis = sliceMillis;
        this.warmUpMillis = warmUpMillis;
        this.bulkToWarmUp = bulkToWarmUp;
        this.libxenstoreIterations = libxenstoreIterations;
    }

    int watches() {
        return watches;
    }

    int fewConnections() {
        return fewConnections;
    }

    int manyConnections() {
        return manyConnections;
    }

    int children() {
        return children;
    }

    int subtree() {
        return subtree;
    }

    int domains() {
        return domains;
    }

    List<Integer> setUps() {
        return setUps;
    }

    /** Slices a repetition: several short ones meet fewer slow phases of the machine than a long one. */
    int slices() {
        return slices;
    }

    long sliceNanos() {
        return TimeUnit.MILLISECONDS.toNanos(sliceMillis);
    }

    long warmUpNanos() {
        return TimeUnit.MILLISECONDS.toNanos(warmUpMillis);
    }

    int bulkToWarmUp() {
        return bulkToWarmUp;
    }

    int libxenstoreIterations() {
        return libxenstoreIterations;
    }
}
