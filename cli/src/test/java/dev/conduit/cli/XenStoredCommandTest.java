package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code conduit xenstored} that ends, is replaced, and begins again. */
final class XenStoredCommandTest {

    private Path directory;
    private Path socket;
    private Path state;

    @BeforeEach
    void makeFolder() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
        socket = directory.resolve("s");
        state = directory.resolve("state");
    }

    @AfterEach
    void removeFolder() throws IOException {
        for (String name : new String[] {"s", "s.next", "state", "state.previous"}) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }

    private Command start(String option) throws IOException {
        Command command = Command.start("xenstored", "--socket", socket.toString(), "--state", state.toString(), option);
        command.awaitOutput(1);
        return command;
    }

    @Test
    void shouldReplaceARunningServerAndOutliveARestart() throws Exception {
        try (Command first = start("--hand-over"); XenStoreClient client = XenStoreClients.connect(socket)) {
            client.write("/a", "1");
            try (Command second = start("--take-over")) {
                assertThat(first.finish()).satisfies(result -> assertThat(result.exit()).as(result.error()).isZero());
                assertThat(client.readString("/a")).isEqualTo("1");
                client.write("/b", "2");
                second.process().destroy();
                assertThat(second.finish().exit()).isZero();
                assertThat(socket).doesNotExist();
            }
        }
        try (Command third = start("--hand-over"); XenStoreClient client = XenStoreClients.connect(socket)) {
            assertThat(client.readString("/b")).isEqualTo("2");
            assertThat(third.process().isAlive()).isTrue();
        }
    }

    @Test
    void shouldSayThatThereIsNothingToTakeOver() throws Exception {
        Command.Result result = Command.run("xenstored", "--socket", socket.toString(), "--take-over");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).isEqualToIgnoringNewLines(
                "conduit: cannot take over at " + socket + ".next: ENOENT");
    }
}
