package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors a process may have, which bounds the connections that can be made. */
final class Descriptors {

    private static final String LINE = "Max open files";

    private Descriptors() {}

    /** Returns the hard limit, to which a JVM raises its own. */
    static long limit() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith(LINE)) {
                String hard = line.substring(LINE.length()).strip().split(" +")[1];
                return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
            }
        }
        throw new IOException("/proc/self/limits has no line '" + LINE + "'");
    }
}
