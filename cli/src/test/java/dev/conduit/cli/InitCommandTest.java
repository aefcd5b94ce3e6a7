package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit init} with the rights of dom0 and of a guest. */
final class InitCommandTest {

    @TempDir
    private Path directory;

    private XenStoreServer server;
    private XenStoreClient store;

    @BeforeEach
    void startServer() throws Exception {
        server = XenStoreServer.start(ServerOptions.defaults());
        server.listen(directory.resolve("dom0"), 0);
        server.listen(directory.resolve("guest"), 3);
        store = server.connect(0);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void shouldPrepareTheTree() throws Exception {
        Command.Result result = Command.runShell(directory.resolve("dom0"), "conduit init");

        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(store.permissions(Layout.ROOT)).isEqualTo(Layout.rootPermissions());
        assertThat(store.permissions(Layout.FLOWS)).isEqualTo(Layout.flowsPermissions());
    }

    @Test
    void shouldKeepNamesThatAreThere() throws Exception {
        store.write("/conduit/www", "3");
        Command.Result result = Command.runShell(directory.resolve("dom0"), "conduit init");

        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(store.readString("/conduit/www")).isEqualTo("3");
        assertThat(store.permissions(Layout.ROOT)).isEqualTo(Layout.rootPermissions());
    }

    @Test
    void shouldTellAGuestThatItMayNot() throws Exception {
        Command.Result result = Command.runShell(directory.resolve("guest"), "conduit init");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error().lines()).singleElement().satisfies(line ->
                assertThat(line).startsWith("conduit: only dom0 may prepare XenStore for names: ").contains("/conduit"));
        assertThat(store.exists("/conduit")).isFalse();
    }

    @Test
    void shouldServeUntilTold() throws Exception {
        try (Command steward = serve()) {
            store.remove("/conduit");
            await().atMost(Duration.ofSeconds(60)).until(() -> store.exists(Layout.FLOWS));
            steward.process().destroy();
            Command.Result result = steward.finish();

            assertThat(result.exit()).as(result.error()).isZero();
            assertThat(result.error()).startsWith(
                    "conduit: steward ready, guests take names themselves; stop it with Ctrl-C\n");
        }
    }

    @Test
    void shouldFailWhenXenStoreIsLost() throws Exception {
        try (Command steward = serve()) {
            server.close();
            Command.Result result = steward.finish();

            assertThat(result.exit()).as(result.error()).isEqualTo(1);
            assertThat(result.error().lines().toList()).last().asString().startsWith("conduit: ");
        }
    }

    private Command serve() throws Exception {
        Command steward = Command.start(Map.of("XENSTORED_PATH", directory.resolve("dom0").toString()),
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()), "init", "--serve");
        steward.awaitNotice("steward ready");
        return steward;
    }
}
