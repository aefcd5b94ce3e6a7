package dev.conduit.rendezvous.dns;

import java.util.Arrays;

/**
 * Names and what belongs to each, as bytes in one array: a hundred thousand names are two objects. Filled by one thread,
 * then published and only read.
 *
 * <p>An entry is a byte with the length of the name, the name in wire form and lower case, and the body.
 */
final class NameTable {

    private static final int SMALLEST = 16;
    private static final long EMPTY = -1;

    /** The hash in the upper half, the offset of the entry in the lower; open addressing, at most half full. */
    private long[] slots = new long[SMALLEST];
    private byte[] entries = new byte[64];
    private int used;
    private int size;

    NameTable() {
        Arrays.fill(slots, EMPTY);
    }

    /**
     * Adds a name that is not there yet.
     *
     * @throws IllegalArgumentException when all names together need more than 2 GiB
     */
    void add(LookupName name, byte[] body) {
        int needed = 1 + name.length() + body.length;
        if (used > Integer.MAX_VALUE - 8 - needed) {
            throw new IllegalArgumentException("a zone of " + size + " names needs more than 2 GiB");
        }
        if (used + needed > entries.length) {
            long larger = Math.max(used + (long) needed, entries.length + (entries.length >> 1));
            entries = Arrays.copyOf(entries, (int) Math.min(larger, Integer.MAX_VALUE - 8));
        }
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        insert((long) name.hash(0) << 32 | used);
        entries[used++] = (byte) name.length();
        System.arraycopy(name.wire(), 0, entries, used, name.length());
        used += name.length();
        System.arraycopy(body, 0, entries, used, body.length);
        used += body.length;
        size++;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        Arrays.fill(slots, EMPTY);
        for (long slot : old) {
            if (slot != EMPTY) {
                insert(slot);
            }
        }
    }

    private void insert(long slot) {
        int i = (int) (slot >>> 32) & slots.length - 1;
        while (slots[i] != EMPTY) {
            i = i + 1 & slots.length - 1;
        }
        slots[i] = slot;
    }

    /** Gives back what was allocated in advance. */
    void trim() {
        entries = Arrays.copyOf(entries, used);
    }

    int size() {
        return size;
    }

    /** Bytes of the two arrays. */
    long memory() {
        return entries.length + 8L * slots.length;
    }

    /** The array that {@link #find} gives offsets into. */
    byte[] bytes() {
        return entries;
    }

    /** Finds the name without its first labels; returns the offset of its body, or -1. */
    int find(LookupName name, int label) {
        int hash = name.hash(label);
        for (int i = hash & slots.length - 1; slots[i] != EMPTY; i = i + 1 & slots.length - 1) {
            if ((int) (slots[i] >>> 32) == hash) {
                int entry = (int) slots[i];
                int length = entries[entry] & 0xFF;
                if (name.suffixEquals(label, entries, entry + 1, length)) {
                    return entry + 1 + length;
                }
            }
        }
        return -1;
    }

    /** Finds {@code *} below the name without its first labels; returns the offset of its body, or -1. */
    int findWildcard(LookupName name, int label) {
        int hash = name.wildcardHash(label);
        for (int i = hash & slots.length - 1; slots[i] != EMPTY; i = i + 1 & slots.length - 1) {
            if ((int) (slots[i] >>> 32) == hash) {
                int entry = (int) slots[i];
                int length = entries[entry] & 0xFF;
                if (name.wildcardEquals(label, entries, entry + 1, length)) {
                    return entry + 1 + length;
                }
            }
        }
        return -1;
    }
}
