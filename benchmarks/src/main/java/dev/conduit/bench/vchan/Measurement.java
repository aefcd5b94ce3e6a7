package dev.conduit.bench.vchan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Everything that is measured with one pair of processes. */
final class Measurement {

    /** Under strace a message may take a hundred times as long. */
    private static final int FEWER_WHEN_TRACED = 4;
    /** Each is measured in so many parts, a figure each, so that what disturbs for a moment spoils one of them. */
    private static final int PARTS = 5;
    private static final int WARM_UP_RATE = 100_000;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Subject subject;
    private final Pair pair;
    private final long slice;
    private final Samples samples;

    /**
     * Prepares one.
     *
     * @param slice nanoseconds each figure is measured for, after as long a warm-up
     */
    Measurement(Subject subject, Pair pair, long slice, Samples samples) {
        this.subject = subject;
        this.pair = pair;
        this.slice = slice;
        this.samples = samples;
    }

    /**
     * Measures everything.
     *
     * @param summaries where strace leaves its summaries; empty: system calls are not counted
     */
    void run(Optional<Path> summaries) throws IOException, InterruptedException {
        List<Kind.Wait> waits = subject.kind().waits();
        pair.meet(waits.get(0));
        double fastest = 0;
        for (int size : Measures.SIZES) {
            fastest = Math.max(fastest, stream(size));
        }
        trips(waits.get(0));
        pair.delays(WARM_UP_RATE, (long) (WARM_UP_RATE * (slice / NANOS)));
        for (int rate : Measures.RATES) {
            if (rate > fastest) {
                break; // messages would queue up for as long as this lasts
            }
            add(Measures.oneWay(rate), pair.delays(rate, (long) (rate * (slice / NANOS))));
        }
        if (summaries.isPresent()) {
            trace(summaries.get());
        }
        for (Kind.Wait wait : waits.subList(1, waits.size())) {
            pair.meet(wait);
            trips(wait);
        }
    }

    private void trips(Kind.Wait wait) throws IOException {
        long count = Pair.countFor(slice, some -> pair.trips(some).nanos()) / PARTS;
        for (int part = 0; part < PARTS; part++) {
            add(wait == Kind.Wait.SPINNING ? Measures.SPINNING : Measures.SLEEPING, pair.trips(count));
        }
    }

    /** Returns messages a second at best. */
    private double stream(int size) throws IOException {
        long count = Pair.countFor(slice, some -> pair.move(size, some).nanos()) / PARTS;
        double fastest = 0;
        for (int part = 0; part < PARTS; part++) {
            Pair.Move move = pair.move(size, count);
            double perSecond = count * NANOS / move.nanos();
            add(Measures.rate(size), perSecond);
            add(Measures.processor(size), move.processorNanos() / (double) count / size);
            if (move.events() >= 0) {
                add(Measures.events(size), move.events() / (double) count);
            }
            if (move.allocated() >= 0) {
                add(Measures.allocated(size), move.allocated() / (double) count);
            }
            fastest = Math.max(fastest, perSecond);
        }
        return fastest;
    }

    /** Counts system calls, with the smallest messages. */
    private void trace(Path summaries) throws IOException, InterruptedException {
        int size = Measures.SIZES.get(0);
        long count = Pair.countFor(slice / FEWER_WHEN_TRACED, some -> pair.move(size, some).nanos());
        long[] pids = pair.pids();
        SystemCalls ofReceiver = new SystemCalls(pids[0], summaries.resolve("strace-receiver"));
        SystemCalls ofSender = new SystemCalls(pids[1], summaries.resolve("strace-sender"));
        pair.move(size, count);
        add(Measures.systemCalls(size), (ofReceiver.end() + ofSender.end()) / (double) count);
    }

    private void add(String times, Pair.Spread spread) {
        long[] values = {spread.p50(), spread.p99(), spread.p999(), spread.max()};
        for (int i = 0; i < values.length; i++) {
            add(Measures.of(times, Measures.PERCENTILES.get(i)), values[i]);
        }
    }

    private void add(String measure, double value) {
        samples.add(subject.label(), measure, value);
    }
}
