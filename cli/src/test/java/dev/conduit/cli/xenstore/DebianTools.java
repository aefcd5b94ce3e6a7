package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs command lines with Debian's xenstore-* tools. */
final class DebianTools {

    private static final Path ROOT = Path.of(System.getProperty("conduit.root", "..")).toAbsolutePath().normalize();
    private static final long LIMIT_SECONDS = 120;

    private DebianTools() {}

    /** Skips the test when they are not here. */
    static void require() {
        assumeTrue(Files.exists(ROOT.resolve(".conduit/peers/complete")),
                "needs Debian's XenStore programs: run testbed/peers/fetch");
    }

    static Path script(String name) {
        return ROOT.resolve("testbed/peers").resolve(name);
    }

    /**
     * Runs all lines in order, in one shell: arguments go as the bytes they are, which Java's processes cannot promise.
     *
     * @param socket server
     * @param guestSocket the same, with the rights of domain 5
     * @param folder for their output
     */
    static List<ToolResult> run(List<CommandLines.Line> lines, Path socket, Path guestSocket, Path folder)
            throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder(". " + script("environment.sh") + "\n"
                + "export LC_ALL=C PATH=$peers/root/usr/bin:$PATH\n");
        for (int i = 0; i < lines.size(); i++) {
            CommandLines.Line line = lines.get(i);
            script.append("XENSTORED_PATH=").append(line.guest() ? guestSocket : socket)
                    .append(" timeout 60 xenstore-").append(line.tool());
            line.arguments().forEach(word -> script.append(" '").append(word).append('\''));
            script.append(" </dev/null >").append(i).append(".out 2>").append(i).append(".err; echo -n $? >")
                    .append(i).append(".exit\n");
        }
        Path file = Files.write(folder.resolve("script"), script.toString().getBytes(StandardCharsets.ISO_8859_1));
        Path log = folder.resolve("log");
        Process shell = new ProcessBuilder("bash", "-u", file.toString()).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("the tools ended").isTrue();
        } finally {
            shell.destroyForcibly();
        }
        assertThat(log).isEmptyFile();
        List<ToolResult> results = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            results.add(new ToolResult(Integer.parseInt(text(folder, i + ".exit")), text(folder, i + ".out"),
                    text(folder, i + ".err")));
        }
        return results;
    }

    private static String text(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
    }
}
