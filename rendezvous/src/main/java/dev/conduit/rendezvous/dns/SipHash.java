package dev.conduit.rendezvous.dns;

/** SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash. */
final class SipHash {

    private static final int WORD = 8;

    private final long k0;
    private final long k1;

    /** With a key of 16 bytes. */
    SipHash(byte[] key) {
        k0 = word(key, 0);
        k1 = word(key, WORD);
    }

    long hash(byte[] data, int length) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int words = length / WORD;
        int rounds = 2;
        for (int i = 0; i <= words + 1; i++) {
            long word = 0;
            if (i < words) {
                word = word(data, i * WORD);
            } else if (i == words) {
                word = last(data, length);
            } else {
                v2 ^= 0xFF;
                rounds = 4;
            }
            v3 ^= word;
            for (int round = 0; round < rounds; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** What is left, and the length in the highest byte. */
    private static long last(byte[] data, int length) {
        long word = (long) length << 56;
        for (int i = length / WORD * WORD; i < length; i++) {
            word |= (data[i] & 0xFFL) << 8 * (i % WORD);
        }
        return word;
    }

    private static long word(byte[] data, int at) {
        long word = 0;
        for (int i = 0; i < WORD; i++) {
            word |= (data[at + i] & 0xFFL) << 8 * i;
        }
        return word;
    }
}
