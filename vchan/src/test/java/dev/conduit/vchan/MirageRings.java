package dev.conduit.vchan;

/** The orders that servers made with ocaml-vchan choose. */
final class MirageRings {

    private static final int FIRST = 10;
    private static final int SECOND = 11;
    private static final int LARGEST = 20;

    private MirageRings() {}

    /** For the bytes a server wants to read and to write at least; more than 1 MiB is cut off silently. */
    static RingOrder forSizes(int readBytes, int writeBytes) {
        int left = order(readBytes);
        int right = order(writeBytes);
        if (left == FIRST && right == FIRST) {
            return new RingOrder(FIRST, SECOND);
        }
        if (left == SECOND && right == SECOND) {
            return new RingOrder(FIRST, SECOND + 1); // the left ring is smaller than what was asked for
        }
        return new RingOrder(left, right);
    }

    private static int order(int bytes) {
        int order = FIRST;
        while (order < LARGEST && 1 << order < bytes) {
            order++;
        }
        return order;
    }
}
