package dev.conduit.testbed.actor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Shell commands an actor runs in its domain. */
final class Programs {

    private static final int SHOWN = 1000;

    private record Running(Process process, File output) {}

    private final Map<String, Running> running = new HashMap<>();

    String start(String name, String command) throws IOException {
        File output = File.createTempFile(name, ".txt");
        Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).redirectOutput(output)
                .redirectInput(new File("/dev/null")).start();
        running.put(name, new Running(process, output));
        return "";
    }

    /** Exit status and the beginning of the output, in one line. */
    String finish(String name, Duration limit) throws Exception {
        Running program = running.remove(name);
        if (!program.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            stop(program);
            throw new TimeoutException(name + " is still running after " + limit + ": " + shown(program));
        }
        return program.process.exitValue() + " " + shown(program);
    }

    String run(Duration limit, String command) throws Exception {
        start("run", command);
        return finish("run", limit);
    }

    /** Ends a program; the beginning of what it printed. */
    String stop(String name) throws IOException {
        Running program = running.remove(name);
        stop(program);
        return shown(program);
    }

    void close() {
        running.values().forEach(Programs::stop);
        running.clear();
    }

    private static void stop(Running program) {
        program.process.descendants().forEach(ProcessHandle::destroyForcibly);
        program.process.destroyForcibly();
    }

    private static String shown(Running program) throws IOException {
        String text = Files.readString(program.output.toPath()).strip().replaceAll("\\s+", " ");
        return text.substring(0, Math.min(text.length(), SHOWN));
    }
}
