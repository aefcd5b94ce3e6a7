package dev.conduit.synjitsu.adopt;

import java.util.concurrent.TimeUnit;

/**
 * When to send a SYN-ACK again and when to look whether the client was heard of. RFC 6298: 1 s after the first, then
 * twice as long each time; given up as long after the last one again. Looks are frequent at first, since a client on the
 * same link answers at once.
 */
final class SynAckTimer {

    /** As often as Linux does (net.ipv4.tcp_synack_retries). */
    static final int REPEATS = 5;

    private static final long FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_LEAST = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LOOK_MOST = TimeUnit.MILLISECONDS.toNanos(100);

    private final long start;
    private int sent;

    /** @param now when the first is sent */
    SynAckTimer(long now) {
        start = now;
    }

    /** Whether one is due; it counts as sent then. */
    boolean due(long now) {
        boolean due = sent < REPEATS && now - start >= after(sent);
        sent += due ? 1 : 0;
        return due;
    }

    /** Whether the client has had its time. */
    boolean over(long now) {
        return sent == REPEATS && now - start >= after(REPEATS);
    }

    /** How long until the next look. */
    long pause(long now) {
        return Math.max(LOOK_LEAST, Math.min(LOOK_MOST, (now - start) / 8));
    }

    /** From the start to repeat number {@code count}, from 0: 1, 3, 7, ... s. */
    private static long after(int count) {
        return FIRST * ((1L << (count + 1)) - 1);
    }
}
