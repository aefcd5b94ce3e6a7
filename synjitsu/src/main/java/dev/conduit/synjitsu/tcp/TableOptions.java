package dev.conduit.synjitsu.tcp;

import java.time.Duration;

/**
 * The bounds of a table of connections, with what each one is without being set. Read when the table is made.
 *
 * <p>Set nothing and the table takes at most 16,384 connections, of which 4,096 half open, and 64 MiB of data.
 */
public final class TableOptions {

    private static final int MOST_CONNECTIONS = 1 << 20;
    private static final int LEAST_WINDOW = 2048;
    private static final int MOST_WINDOW = 65_535;

    int connections = 16_384;
    int connectionsPerSource = 4_096;
    int halfOpen = 4_096;
    int halfOpenPerSource = 256;
    long bufferedBytes = 64L << 20;
    int window = 32_768;
    int windowScale = 7;
    int mtu = 1500;
    int synAckRetries = 5;
    Duration idle = Duration.ofMinutes(10);

    /** Everything as it is without being set. */
    public TableOptions() {}

    /**
     * Connections at once, half open ones included. Beyond it, SYNs are dropped: clients try again.
     *
     * @param all of all clients, 1 to 1,048,576
     * @param perSource of one IPv4 address or IPv6 /64, 1 to 1,048,576
     * @return this
     */
    public TableOptions connections(int all, int perSource) {
        connections = within("connections", all, 1, MOST_CONNECTIONS);
        connectionsPerSource = within("connections per source", perSource, 1, MOST_CONNECTIONS);
        return this;
    }

    /**
     * Connections whose handshake is not complete. Beyond it, SYNs are answered with cookies, which takes no memory.
     *
     * @param all of all clients, 0 (always cookies) to 1,048,576
     * @param perSource of one IPv4 address or IPv6 /64, 0 to 1,048,576
     * @return this
     */
    public TableOptions halfOpen(int all, int perSource) {
        halfOpen = within("half-open connections", all, 0, MOST_CONNECTIONS);
        halfOpenPerSource = within("half-open connections per source", perSource, 0, MOST_CONNECTIONS);
        return this;
    }

    /**
     * Memory for data of all connections. Beyond it, data is not acknowledged: clients send it again.
     *
     * @param bytes 0 or more
     * @return this
     */
    public TableOptions bufferedBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("buffered bytes " + bytes + ": 0 or more are expected");
        }
        bufferedBytes = bytes;
        return this;
    }

    /**
     * How much data a client may send before the hand-over.
     *
     * @param bytes 2048 to 65,535
     * @param scale the shift that clients are offered, 0 to 14. It holds for the connection's whole life, so it bounds the
     *     window of the service's kernel, too: 65,535 bytes times 2^scale
     * @return this
     */
    public TableOptions window(int bytes, int scale) {
        window = within("window", bytes, LEAST_WINDOW, MOST_WINDOW);
        windowScale = within("window scale", scale, 0, 14);
        return this;
    }

    /**
     * The link's largest packet, which the offered MSS follows from.
     *
     * @param bytes 1280 to 65,535
     * @return this
     */
    public TableOptions mtu(int bytes) {
        mtu = within("MTU", bytes, 1280, 65_535);
        return this;
    }

    /**
     * How often a SYN-ACK is sent again: after 1, 2, 4, ... s (RFC 6298). A half-open connection is forgotten as long
     * after the last one again: with 5, 63 s after the SYN.
     *
     * @param times 0 to 8
     * @return this
     */
    public TableOptions synAckRetries(int times) {
        synAckRetries = within("SYN-ACK retries", times, 0, 8);
        return this;
    }

    /**
     * How long a client may be silent. Longer, and its connection is reset.
     *
     * @param silence 1 s to 24 h
     * @return this
     */
    public TableOptions idle(Duration silence) {
        if (silence.compareTo(Duration.ofSeconds(1)) < 0 || silence.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("idle time " + silence + ": 1 s to 24 h are expected");
        }
        idle = silence;
        return this;
    }

    private static int within(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + ": " + least + " to " + most + " are expected");
        }
        return value;
    }
}
