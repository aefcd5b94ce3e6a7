package dev.conduit.synjitsu.tcp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a client sent, each byte at its place, counted from the first byte of the connection's data: the front gives
 * nothing on before the hand-over, so nothing ever moves. Bytes in order come first; pieces behind gaps are noted.
 */
final class ReceiveBuffer {

    /** Pieces behind gaps that are kept; one more is taken as lost, and sent again by the client. */
    static final int MOST_PIECES = 8;

    private static final int STEP = 256;
    private static final int NOT_KNOWN = -1;

    private byte[] bytes = new byte[0];
    private int ready;
    /** From and to of each piece, in order, neither overlapping nor touching. */
    private int[] pieces = new int[0];
    private int latestPiece;
    private int finAt = NOT_KNOWN;

    /** How large the memory would be with bytes up to {@code end}. */
    int capacityFor(int end, int limit) {
        if (end <= bytes.length) {
            return bytes.length;
        }
        int grown = Math.max(end, bytes.length + bytes.length / 2);
        return Math.max(end, Math.min(limit, (grown + STEP - 1) / STEP * STEP));
    }

    int capacity() {
        return bytes.length;
    }

    /** Bytes from the beginning without a gap. */
    int ready() {
        return ready;
    }

    /** Whether the client's FIN was received, and everything before it. */
    boolean finished() {
        return ready == finAt;
    }

    byte[] copyReady() {
        return Arrays.copyOf(bytes, ready);
    }

    void restore(byte[] data, boolean finished) {
        bytes = data.clone();
        ready = data.length;
        finAt = finished ? ready : NOT_KNOWN;
    }

    /** The FIN stands behind this many bytes; passed over when it cannot, since data was seen behind it. */
    void finishAt(int at) {
        int end = pieces.length == 0 ? ready : pieces[pieces.length - 1];
        if (finAt == NOT_KNOWN && at >= end) {
            finAt = at;
        }
    }

    /** Whether a piece can be noted: false when it makes one too many. */
    boolean hasRoom(int at, int end) {
        return at <= ready || pieces.length < 2 * MOST_PIECES || merged(at, end).length <= 2 * MOST_PIECES;
    }

    /** Keeps bytes, after {@link #hasRoom}, in memory of {@code capacity}; what was received in order stays as it is. */
    void put(int at, ByteBuffer data, int capacity) {
        int end = at + data.remaining();
        if (finAt != NOT_KNOWN) {
            end = Math.min(end, finAt);
        }
        int from = Math.max(at, ready);
        if (from >= end) {
            return;
        }
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity);
        }
        data.get(data.position() + from - at, bytes, from, end - from);
        pieces = merged(from, end);
        if (pieces[0] <= ready) {
            ready = pieces[1];
            pieces = Arrays.copyOfRange(pieces, 2, pieces.length);
        }
        latestPiece = from;
    }

    /** Blocks for a selective acknowledgement (RFC 2018, 4): the one that was added to last comes first. */
    int[] blocks(int base, int most) {
        int count = Math.min(most, pieces.length / 2);
        int[] blocks = new int[2 * count];
        int first = 0;
        for (int i = 0; i < pieces.length; i += 2) {
            if (pieces[i] <= latestPiece && latestPiece < pieces[i + 1]) {
                first = i;
            }
        }
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = base + pieces[(first + i) % pieces.length];
        }
        return blocks;
    }

    private int[] merged(int from, int end) {
        int[] result = new int[pieces.length + 2];
        int length = 0;
        int low = from;
        int high = end;
        boolean placed = false;
        for (int i = 0; i < pieces.length; i += 2) {
            if (pieces[i + 1] < low) {
                result[length++] = pieces[i];
                result[length++] = pieces[i + 1];
            } else if (pieces[i] > high) {
                if (!placed) {
                    result[length++] = low;
                    result[length++] = high;
                    placed = true;
                }
                result[length++] = pieces[i];
                result[length++] = pieces[i + 1];
            } else {
                low = Math.min(low, pieces[i]);
                high = Math.max(high, pieces[i + 1]);
            }
        }
        if (!placed) {
            result[length++] = low;
            result[length++] = high;
        }
        return Arrays.copyOf(result, length);
    }
}
