package dev.conduit.rendezvous.dns;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.xbill.DNS.Rcode;

/** What a server has done since it started. Thread-safe; counting allocates nothing. */
final class Counters {

    /** Those that are given here: of four bits, BADVERS, BADCOOKIE. */
    private static final int RCODES = Rcode.BADCOOKIE + 1;

    final LongAdder udp = new LongAdder();
    final LongAdder tcp = new LongAdder();
    /** Replies over UDP that the rate limit cut short or kept back. */
    final LongAdder limited = new LongAdder();
    /** Queries to upstream servers. */
    final LongAdder forwarded = new LongAdder();
    /** Replies of upstream servers that were given again. */
    final LongAdder cacheHits = new LongAdder();
    private final LongAdder[] answers = new LongAdder[RCODES];

    Counters() {
        for (int i = 0; i < RCODES; i++) {
            answers[i] = new LongAdder();
        }
    }

    void answered(int rcode) {
        answers[rcode].increment();
    }

    /** Of the answers only what was given at least once. */
    Map<String, Long> read(long waiting) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("queries-udp", udp.sum());
        all.put("queries-tcp", tcp.sum());
        for (int i = 0; i < RCODES; i++) {
            long count = answers[i].sum();
            if (count > 0) {
                all.put("answers-" + Rcode.string(i).toLowerCase(Locale.ROOT), count);
            }
        }
        all.put("limited", limited.sum());
        all.put("forwarded", forwarded.sum());
        all.put("cache-hits", cacheHits.sum());
        all.put("waiting", waiting);
        return all;
    }
}
