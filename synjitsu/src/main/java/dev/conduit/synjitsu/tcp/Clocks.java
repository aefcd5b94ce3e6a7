package dev.conduit.synjitsu.tcp;

import java.nio.ByteBuffer;

/**
 * Where a connection's own numbers begin: its sequence numbers by RFC 6528 (a clock of 4 microseconds, displaced by a
 * hash of addresses and ports), its timestamps by RFC 7323, 5.4 (milliseconds, displaced likewise).
 */
final class Clocks {

    private static final int PURPOSE = 0;
    private static final int SEQUENCE_NANOS = 4_000;
    private static final int TIMESTAMP_NANOS = 1_000_000;

    private final KeyedHash hash;

    Clocks(KeyedHash hash) {
        this.hash = hash;
    }

    Start start(ConnectionKey key, long now) {
        ByteBuffer bits = hash.of(PURPOSE, key, 0);
        return new Start((int) Math.floorDiv(now, SEQUENCE_NANOS) + bits.getInt(0), bits.getInt(4));
    }

    static int timestamp(int offset, long now) {
        return (int) Math.floorDiv(now, TIMESTAMP_NANOS) + offset;
    }

    /** The initial sequence number, and what to add to milliseconds for a timestamp. */
    record Start(int sequence, int timestampOffset) {}
}
