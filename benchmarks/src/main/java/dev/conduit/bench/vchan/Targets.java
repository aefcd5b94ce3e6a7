package dev.conduit.bench.vchan;

import java.util.ArrayList;
import java.util.List;

/** Compares the medians with what shall be reached; what was not measured is left out. */
final class Targets {

    private static final double SMALL_MESSAGES = 59.5e6;

    private final Medians medians;
    private final String zeroCopy;
    private final String copying;
    private final List<Target> targets = new ArrayList<>();

    private Targets(Medians medians, int release) {
        this.medians = medians;
        this.zeroCopy = Subject.label(Kind.CONDUIT_ZERO_COPY, release);
        this.copying = Subject.label(Kind.CONDUIT_COPY, release);
    }

    /** For conduits on the first Java; a second is compared with it. */
    static List<Target> of(Medians medians, List<JavaHome> javas) {
        Targets all = new Targets(medians, javas.get(0).release());
        all.throughput();
        all.roundTrips();
        javas.stream().skip(1).forEach(other -> all.twins(javas.get(0).release(), other.release()));
        return all.targets;
    }

    private void throughput() {
        double own = rate(zeroCopy, 64);
        atLeast("zero-copy, 64 B, messages/s", own, SMALL_MESSAGES);
        atLeast("zero-copy : raw ring, 64 B", own / rate(Kind.RAW_RING.label(), 64), 0.6);
        for (int size : Measures.SIZES) {
            double inC = Math.max(rate(Kind.C_SPINNING.label(), size), rate(Kind.C_BLOCKING.label(), size));
            atLeast("zero-copy : C libxenvchan, " + Measures.bytes(size), rate(zeroCopy, size) / inC, 2);
            atLeast("copying : C libxenvchan, " + Measures.bytes(size), rate(copying, size) / inC, 1);
            atLeast("zero-copy : Aeron IPC, " + Measures.bytes(size),
                    rate(zeroCopy, size) / rate(Kind.AERON.label(), size), 1);
        }
        String unix = Kind.UNIX_SOCKET.label();
        atLeast("zero-copy : Unix socket, 64 B", own / rate(unix, 64), 10);
        atLeast("zero-copy : Unix socket, 64 KiB", rate(zeroCopy, 65536) / rate(unix, 65536), 3);
    }

    private void roundTrips() {
        double spinning = trip(zeroCopy, Measures.SPINNING);
        atMost("spinning round trip, p50 : Aeron IPC", spinning / trip(Kind.AERON.label(), Measures.SPINNING), 1);
        atMost("spinning round trip, p50 : C ping-pong", spinning / trip(References.SPINNING, Measures.SPINNING), 3);
        atMost("sleeping round trip, p50 : C futex ping-pong",
                trip(zeroCopy, Measures.SLEEPING) / trip(References.SLEEPING, Measures.SLEEPING), 1.2);
    }

    private void twins(int release, int other) {
        for (int size : Measures.SIZES) {
            double ratio = rate(Subject.label(Kind.CONDUIT_ZERO_COPY, other), size) / rate(zeroCopy, size);
            atLeast("zero-copy, Java " + other + " : Java " + release + ", " + Measures.bytes(size), ratio, 0.9);
        }
    }

    private double rate(String row, int size) {
        return medians.get(row, Measures.rate(size));
    }

    private double trip(String row, String times) {
        return medians.get(row, Measures.of(times, "p50"));
    }

    private void atLeast(String what, double value, double bound) {
        if (!Double.isNaN(value)) {
            targets.add(Target.atLeast(what, value, bound));
        }
    }

    private void atMost(String what, double value, double bound) {
        if (!Double.isNaN(value)) {
            targets.add(Target.atMost(what, value, bound));
        }
    }
}
