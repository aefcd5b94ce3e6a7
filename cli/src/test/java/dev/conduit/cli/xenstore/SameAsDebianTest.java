package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same commands with Debian's tools and with ours: output, error output and exit code are the same bytes. */
final class SameAsDebianTest {

    private static final int GUEST = 5;

    @TempDir
    private Path folder;

    @BeforeAll
    static void requireTools() {
        DebianTools.require();
    }

    @Test
    void shouldPrintTheSameOnOurServer() throws Exception {
        try (XenStoreServer theirs = server("theirs"); XenStoreServer ours = server("ours")) {
            assertThat(theirs.usage()).isNotEmpty();
            assertThat(ours.usage()).isNotEmpty();
            compare(CommandLines.all());
        }
    }

    private XenStoreServer server(String name) throws IOException {
        XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
        Files.createDirectory(folder.resolve(name));
        server.introduce(GUEST);
        server.listen(socket(name), 0);
        server.listen(guestSocket(name), GUEST);
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "ocaml"})
    void shouldPrintTheSameOnDaemon(String kind) throws Exception {
        Process theirs = daemon(kind, "theirs");
        Process ours = daemon(kind, "ours");
        try {
            compare(CommandLines.all().stream().filter(line -> !line.guest()).toList());
        } finally {
            theirs.destroyForcibly().waitFor();
            ours.destroyForcibly().waitFor();
        }
    }

    private Process daemon(String kind, String name) throws IOException {
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(DebianTools.script("xenstored").toString(), kind,
                folder.resolve(name).toString()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        await("socket of xenstored " + kind).atMost(Duration.ofSeconds(30))
                .until(() -> !process.isAlive() || Files.exists(socket(name)));
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        return process;
    }

    private Path socket(String name) {
        return folder.resolve(name).resolve("socket");
    }

    private Path guestSocket(String name) {
        return folder.resolve(name).resolve("socket-5");
    }

    private void compare(List<CommandLines.Line> lines) throws Exception {
        Path output = Files.createDirectory(folder.resolve("output"));
        List<ToolResult> expected = DebianTools.run(lines, socket("theirs"), guestSocket("theirs"), output);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            CommandLines.Line line = lines.get(i);
            ToolResult actual = ToolResult.of(line.tool(), line.arguments(),
                    line.guest() ? guestSocket("ours") : socket("ours"));
            if (!actual.equals(expected.get(i))) {
                differences.add(line.text() + "\n  theirs: " + expected.get(i) + "\n  ours:   " + actual);
            }
        }
        assertThat(differences).isEmpty();
    }
}
