package dev.conduit.core.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.socket.MovableSocketProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link ServerMain} in a JVM of its own; killed when closed. */
final class ServerProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    private final Process process;
    private final BufferedReader output;

    /**
     * Starts one.
     *
     * @param killAt the message of a hand-over at which it dies, or 0 for none
     */
    ServerProcess(Path directory, String role, int killAt) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-D" + FatalSocketProvider.PROPERTY + "=" + killAt));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        String classPath = System.getProperty("java.class.path");
        command.addAll(List.of("-cp", killAt == 0 ? classPath : fatal(directory) + File.pathSeparator + classPath,
                ServerMain.class.getName(), directory.toString(), role));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader();
    }

    /** A folder that, first on the class path, has the fatal sockets found before the others. */
    private static Path fatal(Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("fatal/META-INF/services"));
        Files.writeString(services.resolve(MovableSocketProvider.class.getName()),
                FatalSocketProvider.class.getName());
        return directory.resolve("fatal");
    }

    /** Waits until it serves; false when it ended without. */
    boolean serves() throws Exception {
        String line = CompletableFuture.supplyAsync(() -> {
            try {
                return output.readLine();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(line).isIn(ServerMain.SERVING, null);
        return line != null;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ended by itself, or by the signal it sent itself. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the server ended").isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
