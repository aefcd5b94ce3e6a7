package dev.conduit.bench.dns;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures DNS servers with dnsperf, each in a process of its own with the same names. They run all the time and take
 * turns in short slices, so that a slow phase of the machine meets all of them.
 */
public final class DnsBenchmark {

    private static final int OUTSTANDING = 200;
    private static final int FIXED_RATE = 10_000;
    private static final double WARM_UP_SLICES = 3;

    private final int names;
    private final double seconds;
    private final int rounds;
    private final List<ServerKind> kinds;
    private final PrintStream progress;

    private static final class Samples {
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();
        private long lost;
    }

    /**
     * Prepares a benchmark.
     *
     * @param names how many names each server has, 1 to a million
     * @param seconds length of a slice, more than 0
     * @param rounds slices of each server, at least 1
     * @param peers whether dnsmasq and Knot run as well
     * @param progress gets a line a step
     * @throws IllegalArgumentException when a number is out of range
     */
    public DnsBenchmark(int names, double seconds, int rounds, boolean peers, PrintStream progress) {
        if (names < 1 || names > 1_000_000) {
            throw new IllegalArgumentException("names " + names + " is not between 1 and 1000000");
        }
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("seconds " + seconds + " is not more than 0");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds " + rounds + " is not at least 1");
        }
        this.names = names;
        this.seconds = seconds;
        this.rounds = rounds;
        this.kinds = peers ? List.of(ServerKind.values()) : List.of(ServerKind.ZONE, ServerKind.LIVE);
        this.progress = progress;
    }

    /**
     * Runs everything.
     *
     * @param directory for files; what is made in it stays
     * @return the results
     * @throws IOException when a server fails, or a program is not installed
     * @throws InterruptedException when interrupted
     */
    public DnsReport run(Path directory) throws IOException, InterruptedException {
        String problems = Stream.concat(Stream.of(DnsPerf.missing()), kinds.stream().map(ServerKind::missing))
                .flatMap(Optional::stream).collect(Collectors.joining("; "));
        if (!problems.isEmpty()) {
            throw new IOException(problems);
        }
        NameFiles files = NameFiles.write(directory, names);
        DnsPerf perf = new DnsPerf(files.queries(), directory);
        List<RunningServer> servers = new ArrayList<>();
        try {
            for (ServerKind kind : kinds) {
                progress.println("bench: starting " + kind.label());
                servers.add(RunningServer.start(kind, directory, files));
            }
            for (RunningServer server : servers) {
                perf.rate(server.port(), WARM_UP_SLICES * seconds, OUTSTANDING);
            }
            return measure(perf, servers);
        } finally {
            servers.forEach(RunningServer::close);
        }
    }

    private DnsReport measure(DnsPerf perf, List<RunningServer> servers) throws IOException, InterruptedException {
        Map<ServerKind, Samples> samples = new EnumMap<>(ServerKind.class);
        servers.forEach(server -> samples.put(server.kind(), new Samples()));
        for (int round = 1; round <= rounds; round++) {
            progress.println("bench: round " + round + " of " + rounds);
            double first = 0;
            for (RunningServer server : servers) {
                DnsPerf.Rate rate = perf.rate(server.port(), seconds, OUTSTANDING);
                first = first == 0 ? rate.perSecond() : first;
                Samples own = samples.get(server.kind());
                own.rates.add(rate.perSecond());
                own.ratios.add(rate.perSecond() / first);
                own.lost += rate.lost();
            }
            for (RunningServer server : servers) {
                samples.get(server.kind()).p99.add(perf.p99(server.port(), seconds, FIXED_RATE));
            }
        }
        List<DnsReport.Row> rows = new ArrayList<>();
        samples.forEach((kind, own) -> rows.add(new DnsReport.Row(kind.label(), percentile(own.rates, 0.5),
                percentile(own.rates, 0), percentile(own.rates, 1), percentile(own.p99, 0.5), own.lost,
                percentile(own.ratios, 0.5))));
        return new DnsReport(names, rows);
    }

    private static double percentile(List<Double> values, double part) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
    }
}
