package dev.conduit.bench;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs every kind of transport between two fresh processes, in turn, several times over, and keeps the medians. Each
 * pair moves the same messages through rings or buffers of 64 KiB.
 */
public final class VchanBenchmark {

    private static final long LIMIT_SECONDS = 120;

    private final int repetitions;
    private final List<Kind> kinds;
    private final PrintStream progress;
    private final Map<Kind, Map<String, List<Double>>> samples = new EnumMap<>(Kind.class);

    /**
     * Prepares a benchmark.
     *
     * @param repetitions how often each kind is run, 1 to 99; the median is kept
     * @param peers whether the others are run too, not only conduits
     * @param progress gets a line a run
     * @throws IllegalArgumentException when repetitions is out of range
     */
    public VchanBenchmark(int repetitions, boolean peers, PrintStream progress) {
        if (repetitions < 1 || repetitions > 99) {
            throw new IllegalArgumentException("repetitions " + repetitions + " is not between 1 and 99");
        }
        this.repetitions = repetitions;
        this.kinds = peers
                ? List.of(Kind.values())
                : List.of(Kind.CONDUIT_ZERO_COPY, Kind.CONDUIT_COPY, Kind.CONDUIT_COPY_BATCHED);
        this.progress = progress;
    }

    /**
     * Runs everything; takes some minutes.
     *
     * @param directory an empty folder for the host; what is made in it stays
     * @return for each kind's label, the median of each figure: {@code 64}, {@code 4096} in messages a second,
     *     {@code p50}, {@code p99} in nanoseconds
     * @throws IOException when a process fails
     * @throws InterruptedException when interrupted
     */
    public Map<String, Map<String, Double>> run(Path directory) throws IOException, InterruptedException {
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory))) {
            for (int repetition = 1; repetition <= repetitions; repetition++) {
                for (Kind kind : kinds) {
                    progress.printf("bench: run %d of %d, %s%n", repetition, repetitions, kind.label());
                    pair(kind, host.directory().path());
                }
            }
        }
        Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
        samples.forEach((kind, figures) -> {
            Map<String, Double> row = new TreeMap<>();
            figures.forEach((figure, values) -> row.put(figure, median(values)));
            medians.put(kind.label(), row);
        });
        return medians;
    }

    private void pair(Kind kind, Path directory) throws IOException, InterruptedException {
        long small = kind == Kind.UNIX_SOCKET ? 3_000_000 : 100_000_000;
        long large = kind == Kind.UNIX_SOCKET || kind == Kind.UNIX_SOCKET_BUFFERED ? 500_000 : 3_000_000;
        int trips = kind == Kind.UNIX_SOCKET || kind == Kind.UNIX_SOCKET_BUFFERED ? 20_000 : 200_000;
        String[] work = {Integer.toString(trips), "64:" + small, "4096:" + large};
        Files.deleteIfExists(directory.resolve("bench.sock"));
        Process receiver = start("receiver", kind, directory, work);
        try (BufferedReader lines = output(receiver)) {
            String ready = lines.readLine();
            if (!"ready".equals(ready)) {
                throw new IOException("the receiver of " + kind.label() + " did not start: " + ready);
            }
            Process sender = start("sender", kind, directory, work);
            try (BufferedReader trip = output(sender)) {
                awaitEnd("sender", kind, sender);
                awaitEnd("receiver", kind, receiver);
                lines.lines().forEach(line -> keep(kind, line));
                trip.lines().forEach(line -> keep(kind, line));
            } finally {
                sender.destroyForcibly();
            }
        } finally {
            receiver.destroyForcibly();
        }
    }

    private static void awaitEnd(String role, Kind kind, Process process) throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the " + role + " of " + kind.label() + " did not end within " + LIMIT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException("the " + role + " of " + kind.label() + " failed with " + process.exitValue());
        }
    }

    private void keep(Kind kind, String line) {
        String[] words = line.split(" ");
        if (words[0].equals("rate")) {
            add(kind, words[1], words[2]);
        } else {
            add(kind, "p50", words[1]);
            add(kind, "p99", words[2]);
        }
    }

    private void add(Kind kind, String figure, String value) {
        samples.computeIfAbsent(kind, any -> new TreeMap<>())
                .computeIfAbsent(figure, any -> new ArrayList<>())
                .add(Double.valueOf(value));
    }

    private static Process start(String role, Kind kind, Path directory, String[] work) throws IOException {
        List<String> command = JavaCommand.of(Peer.class, role, kind.name(), directory.toString());
        command.addAll(List.of(work));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
