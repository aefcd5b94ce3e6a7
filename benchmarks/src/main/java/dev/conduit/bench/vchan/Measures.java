package dev.conduit.bench.vchan;

import java.util.List;

/** The names of what is measured; times in nanoseconds. */
final class Measures {

    /** Sizes of messages, bytes. */
    static final List<Integer> SIZES = List.of(64, 256, 1500, 4096, 65536);
    /** Messages a second in the one-way measurements. */
    static final List<Integer> RATES = List.of(10_000, 1_000_000);
    static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9", "max");
    static final String SPINNING = "round trip, spinning";
    static final String SLEEPING = "round trip, sleeping";

    private Measures() {}

    static String rate(int size) {
        return "messages/s, " + bytes(size);
    }

    static String processor(int size) {
        return "CPU s/GB, " + bytes(size);
    }

    static String events(int size) {
        return "events/message, " + bytes(size);
    }

    static String allocated(int size) {
        return "bytes allocated/message, " + bytes(size);
    }

    static String systemCalls(int size) {
        return "system calls/message, " + bytes(size);
    }

    static String oneWay(int perSecond) {
        return "one way at " + perSecond + "/s";
    }

    /** One column of a spread of times. */
    static String of(String times, String percentile) {
        return times + ", " + percentile + ", ns";
    }

    static String bytes(int size) {
        return size >= 4096 ? size / 1024 + " KiB" : size + " B";
    }
}
