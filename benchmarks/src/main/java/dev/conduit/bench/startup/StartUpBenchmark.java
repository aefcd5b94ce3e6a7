package dev.conduit.bench.startup;

import dev.conduit.bench.figure.Figure;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts a guest in a fresh process again and again, plainly and with an archive of its classes, and says what passes
 * until it has the first byte of a conduit, phase by phase.
 */
public final class StartUpBenchmark {

    private static final String NAME = "greeter";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final int starts;
    private final List<Path> homes;
    private final Optional<Path> archiver;
    private final PrintStream progress;

    /**
     * Prepares a benchmark.
     *
     * @param starts of each kind, at least 1; one more to warm up
     * @param homes of the JDKs the guest runs on, each 17 or newer
     * @param archiver the script {@code class-archive}, for starts with an archive; needs a class path without folders
     * @param progress gets a line a step
     * @throws IllegalArgumentException when there are no starts or no JDKs
     */
    public StartUpBenchmark(int starts, List<Path> homes, Optional<Path> archiver, PrintStream progress) {
        if (starts < 1 || homes.isEmpty()) {
            throw new IllegalArgumentException(
                    "a benchmark of " + starts + " starts on " + homes.size() + " JDKs is smaller than 1 and 1");
        }
        this.starts = starts;
        this.homes = List.copyOf(homes);
        this.archiver = archiver;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param directory an empty folder for the host and the archives; what is made in it stays
     * @return the figures
     * @throws IOException when a guest fails, or there is no archive
     * @throws InterruptedException when interrupted
     */
    public List<Figure> run(Path directory) throws IOException, InterruptedException {
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("host")));
                LocalPlatform platform = LocalPlatform.open(host.directory().path(), NAME);
                Conduit conduit = Conduit.open(platform);
                ConduitServer server = conduit.listen(NAME)) {
            Thread greeting = new Thread(() -> greet(server), NAME);
            greeting.setDaemon(true);
            greeting.start();
            Map<String, String> environment =
                    Map.of("CONDUIT_DIR", host.directory().toString(), "CONDUIT_PLATFORM", "local");
            List<Variant> variants = variants(directory, environment);
            for (int start = 0; start <= starts; start++) {
                progress.printf("bench: start %d of %d in each way%n", start, starts);
                for (Variant variant : variants) {
                    variant.start(start > 0);
                }
            }
            return variants.stream().flatMap(variant -> variant.figures().stream()).toList();
        }
    }

    private List<Variant> variants(Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<Variant> variants = new ArrayList<>();
        for (int i = 0; i < homes.size(); i++) {
            Path home = homes.get(i);
            List<String> guest = guest(home);
            variants.add(new Variant("", command(home, List.of(), guest), environment));
            if (archiver.isPresent()) {
                progress.printf("bench: making the archive for %s%n", home);
                String option = archive(home, directory.resolve("archive" + i), guest, environment);
                variants.add(new Variant(", with archive", command(home, List.of(option), guest), environment));
            }
        }
        return variants;
    }

    private static List<String> guest(Path home) throws IOException {
        List<String> guest = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        // Java 17 to 21 do not know the option, and need none.
        if (Files.readString(home.resolve("release")).lines()
                .anyMatch(line -> line.matches("JAVA_VERSION=\"(2[2-9]|[3-9][0-9])\\b.*"))) {
            guest.add("--enable-native-access=ALL-UNNAMED");
        }
        guest.addAll(List.of("-cp", System.getProperty("java.class.path"), GuestMain.class.getName(), NAME));
        return guest;
    }

    private static List<String> command(Path home, List<String> options, List<String> guest) {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(guest);
        return command;
    }

    /** Makes an archive by a start of the guest; returns the option to use it. */
    private String archive(Path home, Path file, List<String> guest, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                archiver.orElseThrow().toString(), home.toString(), file.toString());
        builder.command().addAll(guest);
        builder.environment().putAll(environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String option = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || option.isEmpty()) {
            throw new IOException("no archive for " + home);
        }
        return option;
    }

    private static void greet(ConduitServer server) {
        try {
            while (true) {
                ConduitConnection guest = server.accept();
                guest.write(ByteBuffer.allocate(1));
                guest.close(LIMIT);
            }
        } catch (ClosedChannelException end) {
            return;
        } catch (IOException failed) {
            System.err.println("greeting failed: " + failed.getMessage());
        }
    }
}
