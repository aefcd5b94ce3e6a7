package dev.conduit.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows by strace that the data path makes no system call while nobody sleeps. */
final class SystemCallTest {

    /** What the JVM itself may do in this thread meanwhile: stops for its own housekeeping. */
    private static final int HOUSEKEEPING = 200;

    @TempDir
    private Path directory;

    @Test
    void shouldMoveMillionMessagesWithoutSystemCall() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")),
                "strace is not installed; on Debian: apt-get install strace");
        Path trace = directory.resolve("trace");
        List<String> command = new ArrayList<>(
                List.of("/usr/bin/strace", "-f", "-qq", "-o", trace.toString()));
        command.addAll(JavaCommand.of(SystemCallMain.class, directory.resolve("h").toString()));
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        List<String> calls = callsBetweenMarks(Files.readAllLines(trace));
        // The JVM's own locks are private futexes; a channel's events are not.
        assertThat(calls).noneMatch(call -> call.contains("futex(") && !call.contains("_PRIVATE"));
        assertThat(calls).hasSizeLessThan(HOUSEKEEPING);
    }

    /** The system calls of the thread that set the marks, between them. */
    private static List<String> callsBetweenMarks(List<String> trace) {
        String begin = trace.stream().filter(line -> line.contains(SystemCallMain.BEGIN)).findFirst().orElseThrow();
        String thread = begin.substring(0, begin.indexOf(' ') + 1);
        List<String> calls = new ArrayList<>();
        boolean between = false;
        for (String line : trace) {
            if (line.startsWith(thread)) {
                if (line.contains(SystemCallMain.END)) {
                    assertThat(between).as("marks in order").isTrue();
                    return calls;
                }
                if (between) {
                    calls.add(line);
                }
                between |= line.contains(SystemCallMain.BEGIN);
            }
        }
        throw new AssertionError("the trace has no end mark");
    }
}
