package dev.conduit.bench.vchan;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Counts the system calls of a running process with strace, which slows it down. */
final class SystemCalls {

    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Pattern ROW = Pattern.compile("\\s*(\\d+) (\\S+)");
    private static final long END_SECONDS = 10;

    private final Path summary;
    private final Process strace;

    /** Begins to count; returns when strace has taken hold of all threads. */
    SystemCalls(long pid, Path summary) throws IOException {
        this.summary = summary;
        this.strace = new ProcessBuilder(STRACE.toString(), "-f", "-c", "-U", "calls,name", "-o", summary.toString(),
                "-p", "" + pid).redirectErrorStream(true).start();
        BufferedReader messages = strace.inputReader();
        String line = messages.readLine();
        if (line == null || !line.contains("attached")) {
            strace.destroy();
            throw new IOException("strace cannot trace: " + line);
        }
    }

    static boolean possible() {
        return Files.isExecutable(STRACE);
    }

    /** Ends, and returns how many calls there were. */
    long end() throws IOException, InterruptedException {
        strace.destroy();
        if (!strace.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            strace.destroyForcibly();
            throw new IOException("strace did not end");
        }
        try (Stream<String> lines = Files.lines(summary)) {
            return lines.map(ROW::matcher).filter(Matcher::matches).filter(row -> !row.group(2).equals("total"))
                    .mapToLong(row -> Long.parseLong(row.group(1))).sum();
        }
    }
}
