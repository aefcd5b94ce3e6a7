package dev.conduit.bench.vchan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this machine needs for a round trip between two processes in C, at best. */
final class References {

    static final String SPINNING = "C ping-pong, spinning";
    static final String SLEEPING = "C ping-pong, futex";

    private final Path program;
    private final long slice;
    private final Samples samples;

    References(Path program, long slice, Samples samples) {
        this.program = program;
        this.slice = slice;
        this.samples = samples;
    }

    void run() throws IOException {
        measure("spin", SPINNING, Measures.SPINNING);
        measure("futex", SLEEPING, Measures.SLEEPING);
    }

    private void measure(String mode, String row, String times) throws IOException {
        long[] spread = run(mode, Pair.countFor(slice, count -> run(mode, count)[0]));
        for (int i = 0; i < Measures.PERCENTILES.size(); i++) {
            samples.add(row, Measures.of(times, Measures.PERCENTILES.get(i)), spread[i + 1]);
        }
    }

    private long[] run(String mode, long count) throws IOException {
        Process process = new ProcessBuilder(program.toString(), mode, "" + count)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!line.startsWith("ok ")) {
            throw new IOException(program.getFileName() + " failed: " + line);
        }
        return Stream.of(line.split(" ")).skip(1).mapToLong(Long::parseLong).toArray();
    }
}
