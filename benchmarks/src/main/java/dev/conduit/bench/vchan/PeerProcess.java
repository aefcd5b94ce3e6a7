package dev.conduit.bench.vchan;

import dev.conduit.bench.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of the two processes, as the benchmark sees it: it obeys and replies. It is killed after two minutes. */
final class PeerProcess implements AutoCloseable {

    private static final Duration LIFE = Duration.ofMinutes(2);
    private static final long END_SECONDS = 5;
    private static final String DONE = "ok";

    private final String label;
    private final ServerProcess server;
    private final PrintStream commands;
    private final BufferedReader replies;

    PeerProcess(String label, ProcessBuilder builder) throws IOException {
        this.label = label;
        this.server = ServerProcess.start(builder.redirectError(ProcessBuilder.Redirect.INHERIT), LIFE);
        this.commands = new PrintStream(server.process().getOutputStream(), true, StandardCharsets.UTF_8);
        this.replies = server.process().inputReader(StandardCharsets.UTF_8);
    }

    /** Gives a command; {@link #reply} waits for its end. */
    void tell(Object... words) {
        commands.println(Stream.of(words).map(Object::toString).collect(Collectors.joining(" ")));
    }

    /** Waits for the end of the last command; the numbers it gave. */
    long[] reply() throws IOException {
        String line = replies.readLine();
        if (line == null || !line.startsWith(DONE)) {
            throw new IOException("the " + label + " ended or said '" + line + "'");
        }
        return Stream.of(line.split(" ")).skip(1).mapToLong(Long::parseLong).toArray();
    }

    /** Gives a command and waits for its end. */
    long[] call(Object... words) throws IOException {
        tell(words);
        return reply();
    }

    long pid() {
        return server.process().pid();
    }

    @Override
    public void close() {
        commands.close();
        try {
            server.process().waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }
}
