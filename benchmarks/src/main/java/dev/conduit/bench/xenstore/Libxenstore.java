package dev.conduit.bench.xenstore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A view from outside: Debian's test-xenstore, a C program over libxenstore, times a server. */
final class Libxenstore {

    /** One line a test, such as {@code read 1 : avg: 28963 ns (14151 ns .. 2483448 ns)}. */
    private static final Pattern LINE = Pattern.compile("(.+?) *: avg: (\\d+) ns .*");
    private static final int LIMIT_SECONDS = 60;

    private Libxenstore() {}

    /** Returns the average microseconds of each test by its name. */
    static Map<String, Double> run(Peers peers, RunningServer server, int iterations)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(peers.tool("test-xenstore", "-i", Integer.toString(iterations)));
        builder.environment().put("XENSTORED_PATH", server.socket().toString());
        Process process = builder.redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        Map<String, Double> micros = new LinkedHashMap<>();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                said.append(line).append(' ');
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    micros.put(matcher.group(1), Long.parseLong(matcher.group(2)) / 1e3);
                }
            }
        }
        if (process.waitFor() != 0 || micros.isEmpty()) {
            throw new IOException("test-xenstore failed with " + process.exitValue() + ": " + said);
        }
        return micros;
    }
}
