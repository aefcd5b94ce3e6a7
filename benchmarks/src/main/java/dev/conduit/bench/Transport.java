package dev.conduit.bench;

import java.io.IOException;

/** One connected way to move messages between two processes; each call is made by one thread. */
interface Transport extends AutoCloseable {

    /** Bytes of the sequence number at the start of each message. */
    int STAMP = Long.BYTES;

    /** Sends messages, each with its number (0, 1, ...) in its first eight bytes; all are on their way on return. */
    void send(int size, long count) throws IOException;

    /** Receives as many messages and returns the sum of their numbers, so that each one must have been looked at. */
    long receive(int size, long count) throws IOException;

    @Override
    void close() throws IOException;

    /** What {@link #receive} must return. */
    static long expectedSum(long count) {
        return count * (count - 1) / 2;
    }
}
