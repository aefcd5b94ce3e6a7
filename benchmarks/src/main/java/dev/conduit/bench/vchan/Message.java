package dev.conduit.bench.vchan;

import java.nio.ByteBuffer;

/**
 * What the application does with a message, the same for every way to move it: the sender writes a number into each 64
 * bytes, the receiver adds all of them up. So each cache line travels, and each is looked at.
 */
final class Message {

    /** Distance of two numbers, bytes: a cache line. */
    static final int LINE = 64;

    private Message() {}

    /** Writes a message of at least 8 bytes. */
    static void write(ByteBuffer target, int at, int size, long number) {
        for (int i = at; i <= at + size - Long.BYTES; i += LINE) {
            target.putLong(i, number);
        }
    }

    /** Returns the sum of the numbers in a message; for one of 64 bytes that is its number. */
    static long read(ByteBuffer source, int at, int size) {
        long sum = 0;
        for (int i = at; i <= at + size - Long.BYTES; i += LINE) {
            sum += source.getLong(i);
        }
        return sum;
    }

    /** What messages with the numbers 0 to {@code count - 1} add up to. */
    static long sum(int size, long count) {
        return count * (count - 1) / 2 * ((size - Long.BYTES) / LINE + 1);
    }
}
