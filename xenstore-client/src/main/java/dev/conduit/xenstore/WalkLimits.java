package dev.conduit.xenstore;

/**
 * How much of the store a walk may bring: a guest may fill its part of the store, and who reads it must not pay for
 * all of it. A subtree beyond a limit is refused with E2BIG, naming the limit; nothing is cut off silently.
 *
 * @param nodes most nodes, the first included
 * @param bytes most bytes of values and names together
 * @param depth most levels below the first node
 * @param permissions whether permissions are read as well, one more request a node
 */
public record WalkLimits(int nodes, long bytes, int depth, boolean permissions) {

    private static final WalkLimits DEFAULTS = new WalkLimits(10_000, 4L << 20, 100, false);

    /**
     * Checks the ranges.
     *
     * @param nodes most nodes, at least 1
     * @param bytes most bytes of values and names together, at least 0
     * @param depth most levels below the first node, at least 0
     * @param permissions whether permissions are read as well
     * @throws IllegalArgumentException when a value is smaller
     */
    public WalkLimits {
        if (nodes < 1 || bytes < 0 || depth < 0) {
            throw new IllegalArgumentException("a walk of " + nodes + " nodes, " + bytes + " bytes, " + depth
                    + " levels is less than 1 node, 0 bytes, 0 levels");
        }
    }

    /**
     * Returns 10,000 nodes, 4 MiB, 100 levels, without permissions.
     *
     * @return the defaults
     */
    public static WalkLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the same limits, reading permissions as well.
     *
     * @return limits
     */
    public WalkLimits withPermissions() {
        return new WalkLimits(nodes, bytes, depth, true);
    }
}
