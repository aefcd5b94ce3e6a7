package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Debian's XenStore programs, run without Xen by the scripts of {@code testbed/peers}.
 *
 * @param scripts the folder of the scripts
 */
public record Peers(Path scripts) {

    /**
     * Looks for the scripts.
     *
     * @param root a checkout of Conduit
     * @return where they are; empty when they are not there or what they run was not fetched
     */
    public static Optional<Peers> in(Path root) {
        Path scripts = root.resolve("testbed/peers");
        boolean fetched = Files.exists(root.resolve(".conduit/peers/complete"));
        return fetched && Files.isExecutable(scripts.resolve("xenstored")) ? Optional.of(new Peers(scripts))
                : Optional.empty();
    }

    /**
     * Fetches what the scripts run; quick when that was done before.
     *
     * @param root a checkout of Conduit
     * @return where the scripts are
     * @throws IOException when the scripts are missing or fail; they say why on standard error
     * @throws InterruptedException when interrupted
     */
    public static Peers fetch(Path root) throws IOException, InterruptedException {
        Path fetch = root.resolve("testbed/peers/fetch");
        if (!Files.isExecutable(fetch)) {
            throw new IOException("no " + fetch + ": the peers need a checkout of Conduit");
        }
        Process process = new ProcessBuilder(fetch.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(fetch + " failed with " + process.exitValue());
        }
        return in(root).orElseThrow(() -> new IOException(fetch + " left nothing in .conduit/peers"));
    }

    List<String> server(ServerKind kind, Path directory) {
        return List.of(scripts.resolve("xenstored").toString(), kind.word(), directory.toString());
    }

    List<String> tool(String... command) {
        List<String> words = new ArrayList<>(List.of(scripts.resolve("tool").toString()));
        words.addAll(List.of(command));
        return words;
    }
}
