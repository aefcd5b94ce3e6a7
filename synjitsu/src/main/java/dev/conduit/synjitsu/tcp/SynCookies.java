package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.Segment;

/**
 * SYN cookies (RFC 4987, 3.6): a connection's beginning kept by the client instead of by us. The initial sequence number
 * of the SYN-ACK holds it, and comes back in the acknowledgement:
 * <pre>
 * bits 31-27  minutes (of 64 s), modulo 32
 * bits 26-24  the client's MSS, rounded down to one of eight
 * bits 23-0   keyed hash of addresses, ports, the client's initial sequence number and the bits above
 * </pre>
 * When the client has timestamps, the low 5 bits of ours hold what it said of window scale (4 bits, 15 = nothing) and
 * selective acknowledgements; without timestamps a connection by cookie has neither.
 */
final class SynCookies {

    /** How long a cookie is good for at least; at most twice as long. */
    static final long PERIOD_NANOS = 64_000_000_000L;

    private static final int PURPOSE = 1;
    private static final int[] MAX_SEGMENTS = {TcpOptionRules.LEAST_MAX_SEGMENT, 536, 1220, 1340, 1400, 1440, 1460, 8960};
    private static final int NO_SCALE = 15;
    private static final int SACK = 1 << 4;
    private static final int OPTION_BITS = 0x1f;

    private final KeyedHash hash;

    SynCookies(KeyedHash hash) {
        this.hash = hash;
    }

    /** The initial sequence number for an answer to this SYN. */
    int of(ConnectionKey key, int clientSequence, int maxSegment, long now) {
        int index = MAX_SEGMENTS.length - 1;
        while (index > 0 && MAX_SEGMENTS[index] > maxSegment) {
            index--;
        }
        int head = (int) Math.floorDiv(now, PERIOD_NANOS) << 3 | index;
        return head << 24 | tail(key, clientSequence, head);
    }

    /** The MSS that a cookie holds, or -1 when it is none, or too old. */
    int maxSegment(ConnectionKey key, Segment acknowledgement, long now) {
        int cookie = acknowledgement.acknowledgement() - 1;
        int clientSequence = acknowledgement.sequence() - 1;
        int index = cookie >>> 24 & 7;
        int head = (int) Math.floorDiv(now, PERIOD_NANOS) - age(cookie, now) << 3 | index;
        return hasAge(acknowledgement, now) && tail(key, clientSequence, head) == (cookie & 0xffffff)
                ? MAX_SEGMENTS[index] : -1;
    }

    /** Whether what is acknowledged has a cookie's age: of what is no cookie, one in 16 has. */
    static boolean hasAge(Segment acknowledgement, long now) {
        return age(acknowledgement.acknowledgement() - 1, now) <= 1;
    }

    private static int age(int cookie, long now) {
        return (int) Math.floorDiv(now, PERIOD_NANOS) - (cookie >>> 27) & 31;
    }

    /** Our timestamp with the options in it: not after what the clock shows, or the clock would go back later. */
    static int timestamp(int clock, int scale, boolean sack) {
        int options = (scale < 0 ? NO_SCALE : scale) | (sack ? SACK : 0);
        int timestamp = clock & ~OPTION_BITS | options;
        return timestamp - clock > 0 ? timestamp - OPTION_BITS - 1 : timestamp;
    }

    static int scale(int timestamp) {
        int scale = timestamp & 0xf;
        return scale == NO_SCALE ? -1 : scale;
    }

    static boolean sack(int timestamp) {
        return (timestamp & SACK) != 0;
    }

    private int tail(ConnectionKey key, int clientSequence, int head) {
        return hash.of(head << 1 | PURPOSE, key, clientSequence).getInt(0) & 0xffffff;
    }
}
