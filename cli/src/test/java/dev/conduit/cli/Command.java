package dev.conduit.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** The command in a JVM of its own, as a user runs it. Closing kills it. */
final class Command implements AutoCloseable {

    /** What a finished command left. */
    record Result(int exit, byte[] output, String error) {

        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }

    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final CompletableFuture<Void> outputEnd;
    private final CompletableFuture<Void> errorEnd;

    private Command(ProcessBuilder builder) throws IOException {
        process = builder.start();
        outputEnd = copy(process.getInputStream(), output);
        errorEnd = copy(process.getErrorStream(), error);
    }

    /** In a thread of its own: a common pool may have one thread, which the first command would hold. */
    private static CompletableFuture<Void> copy(InputStream in, ByteArrayOutputStream out) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                in.transferTo(out);
                end.complete(null);
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    /** Waits until it has written so many bytes to its standard output. */
    void awaitOutput(int bytes) {
        Awaitility.await().atMost(Duration.ofSeconds(LIMIT_SECONDS)).until(() -> output.size() >= bytes);
    }

    /** Starts the command with an empty standard input. */
    static Command start(String... arguments) throws IOException {
        return start(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()), arguments);
    }

    static Command start(ProcessBuilder.Redirect input, String... arguments) throws IOException {
        return new Command(new ProcessBuilder(JavaProcess.command(arguments)).redirectInput(input));
    }

    /** Starts the command in a domain that exists: {@code environment} is that domain's. */
    static Command start(Map<String, String> environment, ProcessBuilder.Redirect input, String... arguments)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(JavaProcess.command(arguments)).redirectInput(input);
        builder.environment().putAll(environment);
        return new Command(builder);
    }

    /** Starts another program. */
    static Command start(ProcessBuilder program) throws IOException {
        return new Command(program);
    }

    /** Starts a line of bash, in which {@code conduit} is this command, with {@code $XENSTORED_PATH} as given. */
    static Command startShell(Path xenStoreSocket, String line) throws IOException {
        String conduit = "conduit() { '" + String.join("' '", JavaProcess.command()) + "' \"$@\"; }\n";
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", conduit + line);
        builder.environment().put("XENSTORED_PATH", xenStoreSocket.toString());
        builder.environment().put("LC_ALL", "C");
        return new Command(builder);
    }

    static Result runShell(Path xenStoreSocket, String line) throws Exception {
        try (Command command = startShell(xenStoreSocket, line)) {
            return command.finish();
        }
    }

    /** Waits until it has written a line with this text to its standard error; gives all it has written there. */
    String awaitNotice(String text) {
        Awaitility.await().atMost(Duration.ofSeconds(LIMIT_SECONDS))
                .until(() -> !process.isAlive() || error.toString(StandardCharsets.UTF_8).contains(text));
        return error.toString(StandardCharsets.UTF_8);
    }

    static Result run(String... arguments) throws Exception {
        try (Command command = start(arguments)) {
            return command.finish();
        }
    }

    /** How it is doing, for a test that waited for it in vain; of a JVM with the stacks of its threads. */
    String describe() {
        StringBuilder text = new StringBuilder(process.info().commandLine().orElse("a program that has ended"));
        text.append(process.isAlive() ? ": runs" : ": exit " + process.exitValue());
        text.append("\nits standard error: ").append(error.toString(StandardCharsets.UTF_8));
        if (process.isAlive()) {
            try {
                Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
                Process stacks = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "Thread.print")
                        .redirectErrorStream(true).start();
                text.append('\n').append(new String(stacks.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.append("\nno stacks: ").append(e.getMessage());
            }
        }
        return text.toString();
    }

    Process process() {
        return process;
    }

    Result finish() throws InterruptedException, ExecutionException, TimeoutException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("the command still runs after " + LIMIT_SECONDS + " s");
        }
        outputEnd.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        errorEnd.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return new Result(process.exitValue(), output.toByteArray(), error.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
