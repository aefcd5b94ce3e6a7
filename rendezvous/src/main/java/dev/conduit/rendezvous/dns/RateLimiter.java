package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * Limits how often a network is told the same over UDP, so that nobody is flooded by replies to questions that another
 * asked in his name. Each pair of network and kind of reply has a bucket that a second fills. Buckets stand in a table of
 * fixed size; when many are in use at a time, the one that is fullest again makes room. Thread-safe.
 */
final class RateLimiter {

    enum Decision {
        SEND,
        /** Send a reply that says to come over TCP, where nobody can ask in another's name. */
        TRUNCATE,
        DROP
    }

    static final RateLimiter OFF = new RateLimiter(0, 1, List.of(), 0);

    private static final long SECOND = 1_000_000_000L;
    private static final int BUCKETS = 1 << 14;
    private static final int PROBES = 8;
    private static final int PREFIX_BYTES_4 = 3;
    private static final int PREFIX_BYTES_6 = 7;

    private final long interval;
    private final int slip;
    private final List<ClientNetwork> exempt;
    private final long seed;
    private final long[] keys = new long[BUCKETS];
    /** When the bucket is full again, as the time of the clock. */
    private final long[] full = new long[BUCKETS];
    private int overLimit;

    /**
     * Makes a limiter.
     *
     * @param perSecond replies a second, and at once after a pause; 0: no limit
     * @param slip each how many replies over the limit one is truncated; the others are dropped
     * @param exempt who is not limited
     * @param seed makes it hard to guess which networks share a bucket
     */
    RateLimiter(int perSecond, int slip, List<ClientNetwork> exempt, long seed) {
        this.interval = perSecond == 0 ? 0 : SECOND / perSecond;
        this.slip = slip;
        this.exempt = List.copyOf(exempt);
        this.seed = seed;
    }

    Decision decide(InetAddress client, int kind, long nanoTime) {
        if (interval == 0 || ClientNetwork.anyContains(exempt, client)) {
            return Decision.SEND;
        }
        long key = key(client, kind);
        synchronized (this) {
            int bucket = bucket(key, nanoTime);
            long fullAt = Math.max(0, full[bucket] - nanoTime) + nanoTime;
            if (fullAt - nanoTime <= SECOND - interval) {
                full[bucket] = fullAt + interval;
                return Decision.SEND;
            }
            overLimit++;
            return overLimit % slip == 0 ? Decision.TRUNCATE : Decision.DROP;
        }
    }

    private long key(InetAddress client, int kind) {
        byte[] address = client.getAddress();
        int bytes = address.length == 4 ? PREFIX_BYTES_4 : PREFIX_BYTES_6;
        long hash = seed ^ address.length;
        for (int i = 0; i < bytes; i++) {
            hash = mix(hash ^ address[i]);
        }
        return mix(hash ^ kind);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 32) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    private int bucket(long key, long nanoTime) {
        int oldest = -1;
        for (int probe = 0; probe < PROBES; probe++) {
            int i = (int) key + probe & BUCKETS - 1;
            if (keys[i] == key) {
                return i;
            }
            if (oldest < 0 || full[i] - full[oldest] < 0) {
                oldest = i;
            }
        }
        keys[oldest] = key;
        full[oldest] = nanoTime;
        return oldest;
    }
}
