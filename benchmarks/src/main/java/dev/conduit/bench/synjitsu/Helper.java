package dev.conduit.bench.synjitsu;

import dev.conduit.bench.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of the benchmark in a network namespace, which is told a line and answers each with one. */
final class Helper implements AutoCloseable {

    private static final int HEAP = 256;
    private static final long LIFE_MINUTES = 15;

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final String greeting;

    Helper(String namespace, Class<?> program, String... arguments) throws IOException {
        process = new ProcessBuilder(SleepNetwork.inside(namespace, JavaCommand.of(HEAP, program, arguments)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        // It ends whatever happens, which bounds every wait for it.
        CompletableFuture.delayedExecutor(LIFE_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        output = process.inputReader();
        input = process.outputWriter();
        greeting = answer();
    }

    /** Its first line. */
    String greeting() {
        return greeting;
    }

    synchronized void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a program of the benchmark has ended");
        }
        return line;
    }

    String ask(String line) throws IOException {
        tell(line);
        return answer();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
