package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit xenstore} as a process: environment, bytes, pipes, a server that goes away. */
final class XenStoreCommandsTest {

    @TempDir
    private Path directory;

    private XenStoreServer server;
    private XenStoreClient store;

    @BeforeEach
    void startServer() throws Exception {
        server = XenStoreServer.start(ServerOptions.defaults());
        server.listen(socket(), 0);
        store = server.connect(0);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private Command.Result shell(String line) throws Exception {
        return Command.runShell(socket(), line);
    }

    @Test
    void shouldReadItsArgumentsAsBytesInAnyLocale() throws Exception {
        Command.Result written = shell("conduit xenstore write -R /v $'\\xe9\\x80a' && conduit xenstore read -R /v");
        assertThat(written.error()).isEmpty();
        assertThat(store.read("/v")).isEqualTo(new byte[] {(byte) 0xe9, (byte) 0x80, 'a'});
        assertThat(written.output()).isEqualTo(store.read("/v"));
    }

    @Test
    void shouldTakeSpecialPathsAndDashesAsTheyAre() throws Exception {
        Command.Result result = shell("conduit xenstore watch -n 1 @releaseDomain && conduit xenstore write -- /v --help"
                + " && conduit xenstore read /v");
        assertThat(result.error()).isEmpty();
        assertThat(result.text()).isEqualTo("@releaseDomain\n--help\n");
    }

    @Test
    void shouldKeepExitCodesOfTheTools() throws Exception {
        Command.Result result = shell("conduit xenstore exists /tool; echo $?; conduit xenstore exists /nope; echo $?;"
                + " conduit xenstore ls -h; echo $?");
        assertThat(result.text()).isEqualTo("0\n1\n1\n");
        assertThat(result.error()).isEqualTo("xenstore-ls: Usage: xenstore-ls [-h] [-f] [-p] [-s] [path]\n");
    }

    @Test
    void shouldEndQuietlyWhenNobodyReads() throws Exception {
        store.transaction(transaction -> {
            for (int i = 0; i < 3000; i++) {
                transaction.write("/big/node-" + i, "a value that makes the line longer than it would be without it");
            }
            return null;
        });
        Command.Result result = shell("conduit xenstore ls / | head -1; echo ${PIPESTATUS[0]}");
        assertThat(result.text()).isEqualTo("big = \"\"\n141\n");
        assertThat(result.error()).isEmpty();
    }

    @Test
    void shouldPrintChangesAsTheyHappen() throws Exception {
        try (Command watch = watch("-n", "3", "/w")) {
            store.write("/w/a", "1");
            watch.awaitOutput("/w\n/w/a\n".length());
            store.write("/w/b", "1");
            Command.Result result = watch.finish();
            assertThat(result.exit()).isZero();
            assertThat(result.text()).isEqualTo("/w\n/w/a\n/w/b\n");
        }
    }

    @Test
    void shouldStopWatchingWhenServerEnds() throws Exception {
        try (Command watch = watch("/w")) {
            server.close();
            Command.Result result = watch.finish();
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.error().lines()).singleElement()
                    .satisfies(line -> assertThat(line).startsWith("xenstore-watch: no more events: "));
        }
    }

    /** Starts watching through a pipe and waits for the first line. */
    private Command watch(String... arguments) throws Exception {
        Command watch = Command.startShell(socket(), "conduit xenstore watch " + String.join(" ", arguments));
        watch.awaitOutput("/w\n".length());
        return watch;
    }

    @Test
    void shouldNameSocketNobodyListensOn() throws Exception {
        Path nothing = directory.resolve("nothing");
        Command.Result result = Command.runShell(nothing, "conduit xenstore read /a");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error().lines()).singleElement().satisfies(
                line -> assertThat(line).startsWith("xenstore-read: xs_open: ").contains(nothing.toString()));
    }

    @Test
    void shouldReachStoreOfLocalHost() throws Exception {
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")))) {
            String dir = host.directory().toString();
            assertThat(Command.run("xenstore", "--dir", dir, "write", "/a", "b").error()).isEmpty();
            assertThat(Command.run("xenstore", "--dir", dir, "read", "/a").text()).isEqualTo("b\n");
            Command.Result missing = Command.run("xenstore", "--dir", dir, "--domain", "77", "read", "/a");
            assertThat(missing.exit()).isEqualTo(1);
            assertThat(missing.error()).contains("xs_open").contains("domain-77.sock");
        }
    }

    @Test
    void shouldExplainEachTool() throws Exception {
        Command.Result result = Command.run("xenstore", "ls", "--help");
        assertThat(result.exit()).isZero();
        assertThat(result.text()).startsWith("Usage: conduit xenstore ls [-h] [-f] [-p] [-s] [path]\n");
        assertThat(new String(result.output(), StandardCharsets.US_ASCII)).isEqualTo(result.text());
    }
}
