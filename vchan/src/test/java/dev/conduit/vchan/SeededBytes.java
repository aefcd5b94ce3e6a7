package dev.conduit.vchan;

import java.nio.ByteBuffer;

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

    private byte next() {
        if (at % 8 == 0) {
            x ^= x >>> 12;
            x ^= x << 25;
            x ^= x >>> 27;
            word = x * MULTIPLIER;
        }
        return (byte) (word >>> at++ % 8 * 8);
    }

    /** Puts the next bytes of the stream wherever the buffer has room. */
    void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            target.put(next());
        }
    }

    /** Takes what the buffer holds, which must be the next bytes of the stream. */
    void check(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (bytes.get() != next()) {
                throw new AssertionError("byte " + (at - 1) + " is wrong");
            }
        }
    }
}
