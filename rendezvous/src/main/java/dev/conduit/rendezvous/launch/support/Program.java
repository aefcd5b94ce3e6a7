package dev.conduit.rendezvous.launch.support;

import dev.conduit.rendezvous.launch.LaunchException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the system, such as {@code xl} or {@code ip}, run with arguments as they are: no shell in between.
 *
 * @param path where it is
 */
public record Program(Path path) {

    /** What is kept of each output; the rest is read and dropped, so that the program is not held up. */
    static final int MAX_OUTPUT = 64 << 20;
    private static final int BUFFER = 8192;
    /** How long an output may stay open after the program's end: by something it has started and left behind. */
    private static final long AFTER_END_MILLIS = 1000;

    /**
     * Looks for a program.
     *
     * @param name its name
     * @param folders where, separated by colons, as in PATH
     * @return it, or null
     */
    public static Program find(String name, String folders) {
        for (String folder : folders.split(File.pathSeparator)) {
            Path path = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(path) && Files.isExecutable(path)) {
                return new Program(path.toAbsolutePath());
            }
        }
        return null;
    }

    /**
     * The folders in which the system's programs are: the PATH, and those for the administrator, which it may lack.
     *
     * @return as PATH has them
     */
    public static String systemFolders() {
        return System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
    }

    /**
     * What a program left.
     *
     * @param exit its exit code
     * @param output what it wrote to standard output
     * @param error what it wrote to standard error
     */
    public record Result(int exit, String output, String error) {}

    /**
     * Runs it to its end.
     *
     * @param timeout longest wait; it is killed then
     * @param arguments each given as it is
     * @return what it left, whatever the exit code
     * @throws LaunchException when it cannot be started or does not end in time
     * @throws InterruptedException when the thread is interrupted; it is killed then
     */
    public Result run(Duration timeout, List<String> arguments) throws LaunchException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectInput(new File("/dev/null")).start();
        } catch (IOException e) {
            throw new LaunchException("cannot run " + path + ": " + OneLine.of(e), e);
        }
        Output output = new Output(process.getInputStream());
        Output error = new Output(process.getErrorStream());
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LaunchException(shown(arguments) + " did not end within " + timeout.toMillis() + " ms");
            }
            return new Result(process.exitValue(), output.end(), error.end());
        } finally {
            process.destroyForcibly();
            output.close();
            error.close();
        }
    }

    /**
     * Runs it to a good end.
     *
     * @param timeout longest wait; it is killed then
     * @param arguments each given as it is
     * @return what it wrote to standard output
     * @throws LaunchException when it cannot be started, does not end in time, or fails: with what it said
     * @throws InterruptedException when the thread is interrupted; it is killed then
     */
    public String call(Duration timeout, String... arguments) throws LaunchException, InterruptedException {
        Result result = run(timeout, List.of(arguments));
        if (result.exit() != 0) {
            String said = OneLine.of(result.error().isBlank() ? result.output() : result.error());
            throw new LaunchException(shown(List.of(arguments)) + " failed: "
                    + (said.isEmpty() ? "exit code " + result.exit() : said));
        }
        return result.output();
    }

    private String shown(List<String> arguments) {
        return OneLine.of(path.getFileName() + " " + String.join(" ", arguments));
    }

    /** Reads one output in the background. */
    private static final class Output {

        private final InputStream in;
        private final StringBuilder text = new StringBuilder();
        private final Thread thread;

        Output(InputStream in) {
            this.in = in;
            thread = new Thread(this::read, "conduit-program-output");
            thread.setDaemon(true);
            thread.start();
        }

        private void read() {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    synchronized (text) {
                        if (text.length() + n <= MAX_OUTPUT) {
                            text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                        }
                    }
                }
            } catch (IOException e) {
                // Closed under the reader, or broken: what came until then counts.
            }
        }

        String end() throws InterruptedException {
            thread.join(AFTER_END_MILLIS);
            synchronized (text) {
                return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }

        void close() {
            try {
                in.close();
            } catch (IOException e) {
                // Nobody reads it any more.
            }
        }
    }
}
