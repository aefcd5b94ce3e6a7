package dev.conduit.xenstore.server.state;

import static dev.conduit.xenstore.server.state.StateFixture.onDisk;
import static dev.conduit.xenstore.server.state.StateFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    @TempDir
    Path directory;

    private Path file;
    private StateFile state;
    private ServerState first;
    private ServerState second;

    @BeforeEach
    void makeTwoStates() throws Exception {
        file = directory.resolve("xenstore.state");
        state = new StateFile(file);
        Store store = StateFixture.small();
        first = onDisk(store);
        Session admin = store.open(0, StateFixture.deaf());
        StateFixture.write(store, admin, 0, "/later", "");
        second = onDisk(store);
    }

    @Test
    void shouldKeepTwoGenerations() throws IOException {
        assertThat(state.read()).isNull();
        state.write(first);
        assertThat(text(state.read())).isEqualTo(text(first));
        state.write(second);

        assertThat(text(state.read())).isEqualTo(text(second));
        assertThat(text(new StateFile(directory.resolve("xenstore.state.previous")).read())).isEqualTo(text(first));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(files()).containsExactly("xenstore.state", "xenstore.state.previous");
    }

    @Test
    void shouldUseThePreviousOneWhenTheNewestIsDamaged() throws IOException {
        state.write(first);
        state.write(second);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThat(text(state.read())).isEqualTo(text(first));
        assertThat(files()).containsExactly("xenstore.state.broken", "xenstore.state.previous");
        assertThat(text(state.read())).isEqualTo(text(first));
        state.write(second);
        assertThat(text(state.read())).isEqualTo(text(second));
    }

    @Test
    void shouldNotBeDisturbedByAHalfWrittenOne() throws IOException {
        state.write(first);
        Files.write(directory.resolve("xenstore.state.new"), new byte[] {1, 2, 3});

        assertThat(text(state.read())).isEqualTo(text(first));
        state.write(second);
        assertThat(text(state.read())).isEqualTo(text(second));
    }

    @Test
    void shouldSayWhatIsWrongWithBoth() throws IOException {
        state.write(first);
        state.write(second);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        Files.write(directory.resolve("xenstore.state.previous"), new byte[0]);

        assertThatThrownBy(state::read).isInstanceOf(IOException.class)
                .hasMessageContaining("neither generation of the state can be used")
                .hasMessageContaining("xenstore.state at byte " + (bytes.length - 14) + ": it ends in the middle of a")
                .hasMessageContaining("xenstore.state.previous at byte 0: it ends in the middle of the magic number");
    }

    @Test
    void shouldNameTheFileThatCannotBeWritten() {
        Path missing = directory.resolve("missing").resolve("file");

        assertThatThrownBy(() -> new StateFile(missing).write(first)).isInstanceOf(IOException.class)
                .hasMessageContaining("cannot save the state in " + missing);
    }

    private Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }
}
