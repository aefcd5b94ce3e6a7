package dev.conduit.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A child JVM running a sub-command of this command, talked to by lines. Closing, or the end of this JVM, kills it. */
final class JavaProcess implements AutoCloseable {

    private static final long LINE_SECONDS = 60;

    private final String label;
    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    JavaProcess(String label, String... arguments) throws IOException {
        this.label = label;
        process = new ProcessBuilder(command(arguments)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "conduit-end-" + label));
        input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "conduit-" + label);
        reader.setDaemon(true);
        reader.start();
    }

    /** The command line that runs this command in a JVM of its own. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx64m"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("failed\t" + e.getMessage());
        }
        lines.add("ended");
    }

    /** Waits for the next line, which must begin with the word given; returns its tab-separated words. */
    String[] expect(String word) throws IOException, InterruptedException {
        String line = lines.poll(LINE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException(label + " said nothing for " + LINE_SECONDS + " s; expected '" + word + "'");
        }
        if (!line.startsWith(word)) {
            throw new IOException(label + " said '" + line + "'; expected '" + word + "'");
        }
        return line.split("\t");
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        input.write(line);
        input.newLine();
        input.flush();
    }

    long pid() {
        return process.pid();
    }

    /** Kills it with SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop (SIGTERM) and waits. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor(LINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
