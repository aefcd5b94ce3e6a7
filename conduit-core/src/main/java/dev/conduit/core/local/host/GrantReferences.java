package dev.conduit.core.local.host;

import java.util.Map;
import java.util.TreeMap;

/** The grant references of one domain: which are in use, and by which share. */
final class GrantReferences {

    /** References below are reserved on Xen ({@code public/grant_table.h}, GNTTAB_NR_RESERVED_ENTRIES). */
    static final int FIRST = 8;

    private final TreeMap<Integer, Share> shares = new TreeMap<>();
    private int next;
    private int pages;

    GrantReferences() {
        this(FIRST);
    }

    /** Starts at a given reference, so that a test can reach the end of the range. */
    GrantReferences(int next) {
        this.next = next;
    }

    /** Finds room for so many consecutive references; they go up and start again, so old ones are not used soon. */
    int allocate(int count) {
        int first = next;
        while (true) {
            if (first > Integer.MAX_VALUE - count) {
                first = FIRST;
            }
            Map.Entry<Integer, Share> below = shares.floorEntry(first + count - 1);
            if (below == null || below.getValue().lastRef() < first) {
                next = first + count;
                return first;
            }
            first = below.getValue().lastRef() + 1;
        }
    }

    void add(Share share) {
        shares.put(share.firstRef(), share);
        pages += share.pages();
    }

    void remove(Share share) {
        shares.remove(share.firstRef());
        pages -= share.pages();
    }

    /** The share a reference belongs to, or null. */
    Share find(int ref) {
        Map.Entry<Integer, Share> below = shares.floorEntry(ref);
        return below != null && ref <= below.getValue().lastRef() ? below.getValue() : null;
    }

    int size() {
        return shares.size();
    }

    int pages() {
        return pages;
    }
}
