package dev.conduit.bench.synjitsu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * systemd's socket activation for one connection: listens, and at the first client runs a shell, which has the service booted
 * by who reads its output, and becomes the proxy when it is told that the service is up.
 */
final class SocketActivation {

    private static final Path ACTIVATE = Path.of("/usr/bin/systemd-socket-activate");
    private static final Path PROXY = Path.of("/lib/systemd/systemd-socket-proxyd");
    private static final String BOOT = "boot";
    private static final long LIFE_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;

    private SocketActivation(Process process) {
        this.process = process;
        output = process.inputReader();
    }

    /** What is not here, with what to do about it. */
    static Optional<String> missing() {
        return Stream.of(ACTIVATE, PROXY).filter(each -> !Files.isExecutable(each)).findFirst()
                .map(each -> "there is no " + each + "; on Debian: apt-get install systemd");
    }

    static SocketActivation start(String listen, String backend) throws IOException {
        Process process = new ProcessBuilder(ACTIVATE.toString(), "--listen=" + listen, "/bin/sh", "-c",
                "echo " + BOOT + "; read up; exec " + PROXY + " " + backend).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        SocketActivation activation = new SocketActivation(process);
        activation.awaitLine("Listening on");
        return activation;
    }

    /** Waits for the client. */
    void awaitClient() throws IOException {
        awaitLine(BOOT);
    }

    private void awaitLine(String with) throws IOException {
        String line = output.readLine();
        while (line != null && !line.contains(with)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException(ACTIVATE + " has ended and not said '" + with + "'");
        }
    }

    /** The service is up. */
    void booted() throws IOException {
        process.outputWriter().append("up\n").flush();
    }

    void close() {
        process.destroyForcibly().onExit().orTimeout(LIFE_SECONDS, TimeUnit.SECONDS).join();
    }
}
