package dev.conduit.bench.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of Debian's dnsperf. */
final class DnsPerf {

    private static final Pattern RATE = Pattern.compile("Queries per second:\\s+([0-9.]+)");
    private static final Pattern LOST = Pattern.compile("Queries lost:\\s+(\\d+)");
    private static final Pattern CODES = Pattern.compile("Response codes:\\s+(.*)");
    private static final Pattern LATENCY = Pattern.compile("> NOERROR \\S+ \\S+ ([0-9.]+)");
    private static final int CLIENTS = 8;
    private static final double PERCENTILE = 0.99;
    private static final double MICROS = 1e6;

    /** What a run without pause showed. */
    record Rate(double perSecond, long lost) {}

    private final Path queries;
    private final Path log;

    DnsPerf(Path queries, Path directory) {
        this.queries = queries;
        this.log = directory.resolve("dnsperf.log");
    }

    /** What to do when dnsperf is not installed. */
    static Optional<String> missing() {
        return missing("dnsperf", "dnsperf");
    }

    /** What to do about a program that is not installed. */
    static Optional<String> missing(String program, String debianPackage) {
        boolean there = Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        return there ? Optional.empty()
                : Optional.of(program + " is not installed; on Debian: apt-get install " + debianPackage);
    }

    /** Asks as fast as the server answers, with at most the given number of queries on their way. */
    Rate rate(int port, double seconds, int outstanding) throws IOException, InterruptedException {
        run(port, seconds, "-q", "" + outstanding);
        String text = Files.readString(log);
        String codes = find(CODES, text);
        if (!codes.startsWith("NOERROR") || codes.contains(",")) {
            throw new IOException("dnsperf got '" + codes + "' instead of answers only");
        }
        return new Rate(Double.parseDouble(find(RATE, text)), Long.parseLong(find(LOST, text)));
    }

    /** Asks at a fixed rate; returns the time that 99 of 100 answers stay below, microseconds. */
    double p99(int port, double seconds, int perSecond) throws IOException, InterruptedException {
        run(port, seconds, "-v", "-Q", "" + perSecond);
        double[] latencies;
        try (Stream<String> lines = Files.lines(log)) {
            latencies = lines.map(LATENCY::matcher).filter(Matcher::find)
                    .mapToDouble(found -> Double.parseDouble(found.group(1))).sorted().toArray();
        }
        if (latencies.length == 0) {
            throw new IOException("dnsperf got no answers; see " + log);
        }
        return latencies[(int) (latencies.length * PERCENTILE)] * MICROS;
    }

    private void run(int port, double seconds, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("dnsperf", "-s", "127.0.0.1", "-p", "" + port, "-d",
                queries.toString(), "-l", "" + seconds, "-c", "" + CLIENTS, "-T", "1"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("dnsperf failed: " + Files.readString(log).strip());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String find(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("dnsperf does not say '" + pattern + "': " + text.strip());
        }
        return matcher.group(1);
    }
}
