package dev.conduit.rendezvous.dns;

import java.util.Arrays;
import org.xbill.DNS.Name;

/**
 * A name that is looked for: in wire form and lower case, with a hash for each of its suffixes, so that walking up
 * towards the root hashes nothing again. Used over and over, for one name at a time.
 */
final class LookupName {

    private static final int MAX_LABELS = 128;
    private static final int STAR = '*';

    private final byte[] wire = new byte[Wire.MAX_NAME];
    private final int[] starts = new int[MAX_LABELS];
    private final int[] hashes = new int[MAX_LABELS];
    private int length;
    private int labels;

    /** Copies a dnsjava name. */
    static LookupName of(Name name) {
        LookupName copy = new LookupName();
        byte[] bytes = name.toWire();
        copy.read(bytes, 0, bytes.length);
        return copy;
    }

    /**
     * Reads a name without compression.
     *
     * @return the offset behind it, or -1 when it is none
     */
    int read(byte[] from, int at, int end) {
        int position = at;
        int size = 0;
        int count = 0;
        while (true) {
            if (position >= end) {
                return -1;
            }
            int label = from[position] & 0xFF;
            // With the label the root must fit, too.
            if (label > Wire.MAX_LABEL || position + label >= end || size + label + (label == 0 ? 1 : 2) > Wire.MAX_NAME) {
                return -1;
            }
            starts[count] = size;
            // The lengths are smaller than any letter.
            for (int i = 0; i <= label; i++) {
                byte b = from[position + i];
                wire[size++] = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
            }
            position += label + 1;
            if (label == 0) {
                break;
            }
            count++;
        }
        length = size;
        labels = count;
        hash();
        return position;
    }

    private void hash() {
        int hash = 0;
        int end = length;
        for (int label = labels; label >= 0; label--) {
            for (int i = end - 1; i >= starts[label]; i--) {
                hash = 31 * hash + wire[i];
            }
            end = starts[label];
            hashes[label] = hash;
        }
    }

    /** Bytes of the whole name. */
    int length() {
        return length;
    }

    /** Labels but the root. */
    int labels() {
        return labels;
    }

    byte[] wire() {
        return wire;
    }

    /** Where the suffix without the first labels begins. */
    int start(int label) {
        return starts[label];
    }

    int hash(int label) {
        return spread(hashes[label]);
    }

    /** The hash of {@code *} below the suffix. */
    int wildcardHash(int label) {
        return spread(31 * (31 * hashes[label] + STAR) + 1);
    }

    private static int spread(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        return mixed ^ mixed >>> 13;
    }

    boolean suffixEquals(int label, byte[] other, int at, int otherLength) {
        return Arrays.equals(wire, starts[label], length, other, at, at + otherLength);
    }

    boolean wildcardEquals(int label, byte[] other, int at, int otherLength) {
        return otherLength > 2 && other[at] == 1 && other[at + 1] == STAR
                && suffixEquals(label, other, at + 2, otherLength - 2);
    }
}
