package dev.conduit.bench.vchan;

import java.io.Closeable;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** One connected way to move messages between two processes; used by one thread. A peer that hangs is killed. */
interface Transport extends Closeable {

    /** Size of the messages in {@link #ask}, {@link #answer} and {@link #collect}. */
    int PING = 64;

    /** Sends messages with rising numbers; all are on their way on return. */
    void send(int size, long first, long count) throws IOException;

    /** Receives messages and returns the sum of what is in them. */
    long receive(int size, long count) throws IOException;

    /** Events sent to the peer so far, or -1 when this cannot be told. */
    default long events() {
        return -1;
    }

    /** Sends a message and waits for it to come back, again and again; takes down how long each took, nanoseconds. */
    default void ask(long count, Histogram trips) throws IOException {
        for (long i = 0; i < count; i++) {
            long begin = System.nanoTime();
            send(PING, i, 1);
            if (receive(PING, 1) != i) {
                throw new IOException("message " + i + " came back changed");
            }
            trips.recordValue(System.nanoTime() - begin);
        }
    }

    /** Sends back what comes. */
    default void answer(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            send(PING, receive(PING, 1), 1);
        }
    }

    /** Receives messages whose numbers are the nano time at which they should have been sent. */
    default void collect(long count, Histogram delays) throws IOException {
        for (long i = 0; i < count; i++) {
            long due = receive(PING, 1);
            delays.recordValue(Math.max(0, System.nanoTime() - due));
        }
    }
}
