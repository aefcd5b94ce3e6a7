package dev.conduit.bench.synjitsu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** systemd's socket activation for one connection: listens, boots at the first client, and then proxies. */
final class SocketActivation {

    private static final Path ACTIVATE = Path.of("/usr/bin/systemd-socket-activate");
    private static final Path PROXY = Path.of("/lib/systemd/systemd-socket-proxyd");
    private static final long LIFE_SECONDS = 60;

    private final Process process;

    private SocketActivation(Process process) {
        this.process = process;
    }

    /** What is not here, with what to do about it. */
    static Optional<String> missing() {
        return Stream.of(ACTIVATE, PROXY).filter(each -> !Files.isExecutable(each)).findFirst()
                .map(each -> "there is no " + each + "; on Debian: apt-get install systemd");
    }

    static SocketActivation start(String listen, int bootMillis, String backend) throws IOException {
        Process process = new ProcessBuilder(ACTIVATE.toString(), "--listen=" + listen, "/bin/sh", "-c",
                String.format(Locale.ROOT, "sleep %.3f; exec %s %s", bootMillis / 1e3, PROXY, backend))
                .redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        SocketActivation activation = new SocketActivation(process);
        BufferedReader output = process.inputReader();
        String line = "";
        while (line != null && !line.contains("Listening on")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException(String.join(" ", List.of(ACTIVATE.toString(), listen)) + " did not listen");
        }
        return activation;
    }

    void close() {
        process.destroyForcibly().onExit().orTimeout(LIFE_SECONDS, TimeUnit.SECONDS).join();
    }
}
