package dev.conduit.cli;

import dev.conduit.rendezvous.directory.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A directory as a process of its own, whose one service is the demo's. Closing stops the service, then the directory. */
final class SleepDirectory implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final String READY = "stop it with";

    private final Path host;
    private final Process process;

    /**
     * Starts it.
     *
     * @param host folder of the local host
     * @param config what goes into its configuration, in {@code services.yaml} of the folder
     * @param command puts what it needs before its command line
     */
    SleepDirectory(Path host, String config, UnaryOperator<List<String>> command)
            throws IOException, InterruptedException {
        this.host = host;
        Path file = Files.writeString(host.resolve("services.yaml"), config);
        Path log = host.resolve("jitsud.log");
        process = new ProcessBuilder(command.apply(JavaProcess.command("jitsud", "--config", file.toString(), "--dir",
                host.toString()))).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "conduit-end-jitsud"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.readString(log).contains(READY)) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                process.destroyForcibly();
                throw new IOException("the directory did not start: " + Files.readString(log).strip());
            }
            Thread.sleep(20);
        }
    }

    /** A list in YAML. */
    static String words(List<String> command) {
        return command.stream().map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private List<JsonNode> ask(Map<String, ?> request) throws IOException {
        return ControlClient.call(host.resolve("jitsud.sock"), request);
    }

    /** Boots the service and stops it: a directory's first start is slower than all others, whatever is in front. */
    void rehearse() throws IOException {
        boot();
        stop();
    }

    private void stop() throws IOException {
        ask(Map.of("do", "stop", "name", DemoWwwCommand.NAME));
    }

    void boot() throws IOException {
        ask(Map.of("do", "ask", "name", DemoWwwCommand.NAME, "within", PATIENCE_SECONDS * 1000));
    }

    /** Adds the phases of the last start to a picture that begins at an instant; {@code ready} is what the last one means. */
    void draw(SleepPicture picture, Instant begin, String ready) throws IOException {
        List<JsonNode> starts = ask(Map.of("do", "timeline", "name", DemoWwwCommand.NAME));
        JsonNode start = starts.get(starts.size() - 1);
        double asked = Duration.between(begin, Instant.parse(start.path("asked").asString())).toNanos() / 1e6;
        picture.at(asked, "boot asked for (" + start.path("cause").asString() + ")");
        for (String[] phase : new String[][] {{"launched", "launcher called"}, {"created", "guest made"},
            {"ready", ready}}) {
            if (start.has(phase[0])) {
                picture.at(asked + start.path(phase[0]).asDouble(), phase[1]);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } finally {
            process.destroy();
            try {
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
