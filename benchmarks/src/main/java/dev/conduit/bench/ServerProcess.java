package dev.conduit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own. It is killed after some minutes whatever happens, which bounds every wait for it. */
public final class ServerProcess implements AutoCloseable {

    private static final long END_SECONDS = 10;
    private static final long POLL_MILLIS = 10;

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Looks whether a server answers. */
    @FunctionalInterface
    public interface Probe {

        /**
         * Asks the server something. May block for some milliseconds.
         *
         * @return whether it answered
         * @throws IOException when that cannot be told
         */
        boolean answers() throws IOException;
    }

    /**
     * Starts the server.
     *
     * @param builder its command
     * @param life how long it may live
     * @return the process
     * @throws IOException when it cannot be started
     */
    public static ServerProcess start(ProcessBuilder builder, Duration life) throws IOException {
        Process process = builder.start();
        CompletableFuture.delayedExecutor(life.toMillis(), TimeUnit.MILLISECONDS).execute(process::destroyForcibly);
        // When this JVM is told to end, what runs in it does not get to close anything.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ServerProcess(process);
    }

    /**
     * Waits until the server answers.
     *
     * @param label what to call it in the error
     * @param log what it wrote
     * @param longest longest wait
     * @param probe looked at again and again
     * @throws IOException when it ended, or did not answer in time; with its log
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitAnswer(String label, Path log, Duration longest, Probe probe)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!probe.answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(label + " does not answer: " + Files.readString(log).strip());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /**
     * Returns the process.
     *
     * @return the process
     */
    public Process process() {
        return process;
    }

    /** Kills it, as a real daemon would not end before its next request. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
