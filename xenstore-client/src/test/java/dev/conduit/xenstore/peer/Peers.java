package dev.conduit.xenstore.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's XenStore daemons and tools as {@code testbed/peers/fetch} unpacked them. */
public final class Peers {

    private static final long TIMEOUT_SECONDS = 120;
    private static final Path ROOT = Path.of(System.getProperty("conduit.root", ".")).toAbsolutePath().normalize();

    private Peers() {
    }

    /** The two daemons. */
    public enum Daemon {
        C("c"), OCAML("ocaml");

        private final String key;

        Daemon(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    /** How a program ended and what it said. */
    public record Result(int exitCode, String out, String err) {
    }

    /** Skips the test when the peers are not here. */
    public static void require() {
        Assumptions.assumeTrue(Files.exists(unpacked().resolve("complete")),
                "needs Debian's XenStore programs: run testbed/peers/fetch");
    }

    /** Where the packages are unpacked, and what was compiled for them. */
    public static Path unpacked() {
        return ROOT.resolve(".conduit/peers");
    }

    /** One of the scripts: fetch, xenstored, tool. */
    static Path script(String name) {
        return ROOT.resolve("testbed/peers").resolve(name);
    }

    /** The C daemon's program, for a live update. */
    public static Path xenstored() {
        try (var entries = Files.newDirectoryStream(unpacked().resolve("root/usr/lib"), "xen-[0-9]*")) {
            return entries.iterator().next().resolve("bin/xenstored");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs one of Debian's tools on the server behind a socket until it ends. */
    public static Result tool(Path socket, String... command) {
        return run(Map.of("XENSTORED_PATH", socket.toString()), toolCommand(command));
    }

    /** Starts one of Debian's tools; its output is to be read. */
    public static Process startTool(Path socket, String... command) {
        ProcessBuilder builder = new ProcessBuilder(toolCommand(command));
        builder.environment().put("XENSTORED_PATH", socket.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> toolCommand(String... command) {
        List<String> line = new ArrayList<>(List.of(script("tool").toString()));
        line.addAll(List.of(command));
        return line;
    }

    /** Runs a program until it ends, with a bound. */
    static Result run(Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("run", ".out");
            Path err = Files.createTempFile("run", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " did not end within " + TIMEOUT_SECONDS + " s: "
                            + Files.readString(out) + Files.readString(err));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while " + command + " ran", e);
        }
    }
}
