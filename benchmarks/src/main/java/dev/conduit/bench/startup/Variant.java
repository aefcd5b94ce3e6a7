package dev.conduit.bench.startup;

import dev.conduit.bench.ServerProcess;
import dev.conduit.bench.figure.Figure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One way to start the guest, and the times of its starts. */
final class Variant {

    private static final List<String> PHASES = List.of("JVM to main", "platform and XenStore connected",
            "first exchange with XenStore", "connect by name", "first byte");
    private static final Duration LIFE = Duration.ofSeconds(60);

    private final String suffix;
    private final List<String> command;
    private final Map<String, String> environment;
    /** Nanoseconds of each phase and of all together, a row for each start. */
    private final List<long[]> times = new ArrayList<>();
    private String release = "";

    Variant(String suffix, List<String> command, Map<String, String> environment) {
        this.suffix = suffix;
        this.command = command;
        this.environment = environment;
    }

    void start(boolean counts) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        long begin = System.nanoTime();
        try (ServerProcess guest = ServerProcess.start(builder, LIFE);
                BufferedReader output = new BufferedReader(
                        new InputStreamReader(guest.process().getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("the guest ended without a byte: " + String.join(" ", command));
            }
            String[] words = line.split(" ");
            release = words[0];
            long[] phases = new long[PHASES.size() + 1];
            long before = begin;
            for (int i = 0; i < PHASES.size(); i++) {
                long at = Long.parseLong(words[i + 1]);
                phases[i] = at - before;
                before = at;
            }
            phases[PHASES.size()] = before - begin;
            if (counts) {
                times.add(phases);
            }
        }
    }

    /** The median of each phase, which need not sum up to that of the whole. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        for (int phase = 0; phase <= PHASES.size(); phase++) {
            int column = phase;
            String label = phase < PHASES.size() ? PHASES.get(phase) : "process start to first byte";
            long[] sorted = times.stream().mapToLong(row -> row[column]).sorted().toArray();
            figures.add(new Figure("Java " + release + suffix + ": " + label, sorted[sorted.length / 2] / 1e6, "ms"));
        }
        return figures;
    }
}
