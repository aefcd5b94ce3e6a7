package dev.conduit.vchan;

/**
 * The sizes of the two rings, as log2 of bytes, and where they lie: order 10 in the control page from byte 1024, order
 * 11 in it from byte 2048, from 12 on in pages of their own.
 *
 * @param left order of the ring from client to server
 * @param right order of the ring from server to client
 */
record RingOrder(int left, int right) {

    private static final int MIN = 10;
    private static final int MAX = 20;
    static final int MAX_BYTES = 1 << MAX;
    /** The first order that has its own pages. */
    private static final int PAGE_ORDER = 12;
    private static final int SMALL_IN_PAGE = 1 << MIN;
    private static final int LARGE_IN_PAGE = 1 << MIN + 1;

    /**
     * Chooses as libxenvchan's server does: one ring in each place of the control page if both fit there, else the
     * one that fits takes the larger place, the left one first.
     */
    static RingOrder forSizes(int leftBytes, int rightBytes) {
        checkBytes("client-to-server", leftBytes);
        checkBytes("server-to-client", rightBytes);
        boolean leftFits = leftBytes <= LARGE_IN_PAGE;
        boolean rightFits = rightBytes <= LARGE_IN_PAGE;
        if (leftBytes <= SMALL_IN_PAGE && rightFits) {
            return new RingOrder(MIN, MIN + 1);
        }
        if (leftFits && rightBytes <= SMALL_IN_PAGE) {
            return new RingOrder(MIN + 1, MIN);
        }
        return new RingOrder(
                leftFits ? MIN + 1 : pagedOrder(leftBytes),
                rightFits && !leftFits ? MIN + 1 : pagedOrder(rightBytes));
    }

    /** Checks what a server put in the page, before anything is derived from it. */
    static RingOrder validated(int left, int right) throws VchanProtocolException {
        checkOrder("left_order", left);
        checkOrder("right_order", right);
        if (left == right && left < PAGE_ORDER) {
            throw new VchanProtocolException("right_order",
                    "right_order " + right + " equals left_order: both rings would lie at the same place in the page");
        }
        RingOrder orders = new RingOrder(left, right);
        int end = VchanPage.GRANTS + Integer.BYTES * (orders.leftPages() + orders.rightPages());
        int lowestRing = Math.min(placeInPage(left), placeInPage(right));
        if (end > lowestRing) {
            throw new VchanProtocolException("grants", "grants[] ends at byte " + end
                    + " of the page, but the ring of orders " + left + "/" + right + " in it begins at " + lowestRing);
        }
        return orders;
    }

    static boolean inPage(int order) {
        return order < PAGE_ORDER;
    }

    /** Where a ring begins in the page: at its own size; behind the page's end when it has its own pages. */
    static int placeInPage(int order) {
        return inPage(order) ? 1 << order : VchanPage.SIZE;
    }

    int leftPages() {
        return pages(left);
    }

    int rightPages() {
        return pages(right);
    }

    int leftBytes() {
        return 1 << left;
    }

    int rightBytes() {
        return 1 << right;
    }

    private static int pages(int order) {
        return inPage(order) ? 0 : 1 << order - PAGE_ORDER;
    }

    private static int pagedOrder(int bytes) {
        return Math.max(PAGE_ORDER, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1));
    }

    static void checkBytes(String what, int bytes) {
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + " ring of " + bytes + " bytes is not between 1 and " + MAX_BYTES + " (1 MiB)");
        }
    }

    private static void checkOrder(String field, int order) throws VchanProtocolException {
        if (order < MIN || order > MAX) {
            throw new VchanProtocolException(field, field + " " + order + " is not between " + MIN + " and " + MAX);
        }
    }
}
