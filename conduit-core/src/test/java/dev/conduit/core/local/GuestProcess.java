package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link GuestMain} in a JVM of its own; killed when closed. */
final class GuestProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    private final Process process;
    private final BufferedReader answers;

    GuestProcess(String... jvmOptions) throws IOException {
        this(Map.of(), jvmOptions);
    }

    GuestProcess(Map<String, String> environment, String... jvmOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GuestMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        process = builder.start();
        answers = process.inputReader();
    }

    /** Has a command executed and gives the answer. */
    String ask(String command) throws Exception {
        process.outputWriter().write(command + "\n");
        process.outputWriter().flush();
        String answer = CompletableFuture.supplyAsync(() -> {
            try {
                return answers.readLine();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(answer).as("answer to %s", command).isNotNull();
        return answer;
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        try {
            answers.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
