package dev.conduit.bench.many;

import dev.conduit.bench.JavaCommand;
import dev.conduit.bench.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** One of the two processes, seen from outside. */
final class Side implements AutoCloseable {

    private static final int HEAP_MEGABYTES = 256;
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int PAGE = 4096;

    private final String label;
    private final ServerProcess process;
    private final BufferedReader output;
    private final Writer input;

    private Side(String label, ServerProcess process) {
        this.label = label;
        this.process = process;
        output = new BufferedReader(
                new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8));
        input = process.process().outputWriter(StandardCharsets.UTF_8);
    }

    static Side start(String label, Class<?> main, String... arguments) throws IOException {
        Side side = new Side(label, ServerProcess.start(
                new ProcessBuilder(JavaCommand.of(HEAP_MEGABYTES, main, arguments))
                        .redirectError(ProcessBuilder.Redirect.INHERIT), LIFE));
        String line = side.output.readLine();
        if (!"ready".equals(line)) {
            side.close();
            throw new IOException("the " + label + " process did not start: it said " + line);
        }
        return side;
    }

    /** Asks for a number. */
    long ask(String request) throws IOException {
        input.write(request + "\n");
        input.flush();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the " + label + " process ended at '" + request + "'");
        }
        return Long.parseLong(line);
    }

    /** Processor time so far, in steps of 10 ms. */
    Duration processorTime() throws IOException {
        return process.process().info().totalCpuDuration()
                .orElseThrow(() -> new IOException("no processor time of the " + label + " process in /proc"));
    }

    long descriptors() throws IOException {
        return count("fd");
    }

    long threads() throws IOException {
        return count("task");
    }

    private long count(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(proc(folder))) {
            return entries.count();
        }
    }

    /** Pages of its address space that are grants, its own or others': a mirrored ring has each page twice. */
    long mappedPages() throws IOException {
        try (Stream<String> mappings = Files.lines(proc("maps"))) {
            return mappings.filter(line -> line.contains("memfd:conduit-grant")).mapToLong(Side::pages).sum();
        }
    }

    private static long pages(String mapping) {
        String[] range = mapping.substring(0, mapping.indexOf(' ')).split("-");
        return (Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16)) / PAGE;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.process().pid()), file);
    }

    @Override
    public void close() {
        process.close();
    }
}
