package dev.conduit.vchan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The stream of a seed as vchan_peer.c makes it, from its first byte on. */
final class SeededBytes {

    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final long MULTIPLIER = 0x2545f4914f6cdd1dL;

    private long x;
    private long word;
    private long at;

    SeededBytes(long seed) {
        x = (seed ^ MIX) == 0 ? MIX : seed ^ MIX;
    }

    private void advance() {
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        word = x * MULTIPLIER;
    }

    private byte next() {
        if (at % Long.BYTES == 0) {
            advance();
        }
        return (byte) (word >>> at++ % Long.BYTES * Byte.SIZE);
    }

    /** Whether eight bytes can be done at once; under an emulated processor that is what makes a transfer quick. */
    private boolean wholeWord(ByteBuffer buffer) {
        return at % Long.BYTES == 0 && buffer.remaining() >= Long.BYTES;
    }

    private static long lowestFirst(ByteBuffer buffer, long word) {
        return buffer.order() == ByteOrder.LITTLE_ENDIAN ? word : Long.reverseBytes(word);
    }

    /** Puts the next bytes of the stream wherever the buffer has room. */
    void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            if (wholeWord(target)) {
                advance();
                target.putLong(lowestFirst(target, word));
                at += Long.BYTES;
            } else {
                target.put(next());
            }
        }
    }

    /** Takes what the buffer holds, which must be the next bytes of the stream. */
    void check(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            long before = x;
            if (wholeWord(bytes)) {
                advance();
                if (bytes.getLong(bytes.position()) == lowestFirst(bytes, word)) {
                    bytes.position(bytes.position() + Long.BYTES);
                    at += Long.BYTES;
                    continue;
                }
                x = before; // and once more by bytes, to name the one
            }
            if (bytes.get() != next()) {
                throw new AssertionError("byte " + (at - 1) + " is wrong");
            }
        }
    }
}
