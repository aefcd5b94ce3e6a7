package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code conduit xenstored} as a process. */
final class XenStoredTest {

    @TempDir
    private Path directory;

    private Path socket() {
        return directory.resolve("s");
    }

    @Test
    void shouldServeUntilToldToStop() throws Exception {
        Path guestSocket = directory.resolve("g");
        String greeting = "XENSTORED_PATH=" + socket() + "\ndomain 5: " + guestSocket + "\n";
        try (Command server = Command.start("xenstored", "--socket", socket().toString(), "--domain", "5=" + guestSocket,
                "--quota", "nodes=2", "--quota", "node-size=200")) {
            server.awaitOutput(greeting.length());
            try (XenStoreClient store = XenStoreClients.connect(socket());
                    XenStoreClient guest = XenStoreClients.connect(guestSocket)) {
                store.mkdir("/local/domain/5");
                store.setPermissions("/local/domain/5", List.of(Permission.parse("n5")));
                guest.write("a", "1");
                assertThat(store.readString("/local/domain/5/a")).isEqualTo("1");
                assertThatThrownBy(() -> guest.write("b", "1")).isInstanceOfSatisfying(XenStoreException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo("ENOSPC"));
            }
            server.process().destroy();
            Command.Result result = server.finish();
            assertThat(result.exit()).isZero();
            assertThat(result.text()).isEqualTo(greeting);
            assertThat(result.error()).isEqualTo("conduit: XenStore ready; stop it with Ctrl-C\n");
            assertThat(socket()).doesNotExist();
            assertThat(guestSocket).doesNotExist();
        }
    }

    @Test
    void shouldLeaveSocketOfAnotherServerAlone() throws Exception {
        try (Command first = Command.start("xenstored", "--socket", socket().toString())) {
            first.awaitOutput(("XENSTORED_PATH=" + socket() + "\n").length());
            Command.Result second = Command.run("xenstored", "--socket", socket().toString());
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.error()).isEqualTo(
                    "conduit: cannot listen on " + socket() + ": a server is listening there\n");
            try (XenStoreClient store = XenStoreClients.connect(socket())) {
                assertThat(store.exists("/tool")).isTrue();
            }
        }
    }

    @Test
    void shouldNameTheQuotasThereAre() throws Exception {
        Command.Result result = Command.run("xenstored", "--socket", socket().toString(), "--quota", "node=3");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error().lines()).singleElement().satisfies(line ->
                assertThat(line).startsWith("conduit: quota 'node' is not one of nodes, node-size, "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "65536=/tmp/x | domain '65536' is not between 0 and 65535",
        "a=/tmp/x | domain 'a' is not between 0 and 65535",
        "5= | '5=' is not a domain id, an equals sign and a path",
        "5 | '5' is not a domain id, an equals sign and a path"
    })
    void shouldRefuseSocketOfNoDomain(String value, String problem) {
        assertThatThrownBy(() -> new DomainSocket.Converter().convert(value)).hasMessage(problem);
    }

    @Test
    void shouldRefuseWrongOptionWithOneLine() throws Exception {
        Command.Result result = Command.run("xenstored", "--socket", socket().toString(), "--domain", "5");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error()).startsWith("conduit: Invalid value for option '--domain'").contains("'5' is not a");
        assertThat(socket()).doesNotExist();
    }

    @Test
    void shouldListenWhereClientsLook() {
        assertThat(XenStoredCommand.usualSocket(Map.of("XENSTORED_PATH", "/a/b", "XENSTORED_RUNDIR", "/c")))
                .isEqualTo(Path.of("/a/b"));
        assertThat(XenStoredCommand.usualSocket(Map.of("XENSTORED_RUNDIR", "/c"))).isEqualTo(Path.of("/c/socket"));
        assertThat(XenStoredCommand.usualSocket(Map.of())).isEqualTo(Path.of("/var/run/xenstored/socket"));
    }
}
