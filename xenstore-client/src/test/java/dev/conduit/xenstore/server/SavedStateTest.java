package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.server.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose state outlives it. */
class SavedStateTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path directory;

    private XenStoreServer start(Duration interval) {
        return XenStoreServer.start(ServerOptions.defaults().withState(directory.resolve("state"), interval));
    }

    @Test
    void shouldGoOnWhereItEnded() throws Exception {
        try (XenStoreServer server = start(NEVER); XenStoreClient client = server.connect(0)) {
            server.introduce(3);
            client.write("/local/domain/3/name", "three");
            client.setPermissions("/local/domain/3", List.of(Permission.parse("n3"), Permission.parse("r4")));
        }
        try (XenStoreServer server = start(NEVER); XenStoreClient client = server.connect(0)) {
            assertThat(client.readString("/local/domain/3/name")).isEqualTo("three");
            assertThat(client.permissions("/local/domain/3")).hasToString("[n3, r4]");
            assertThat(server.usage().get(3).nodes()).isEqualTo(1);
            server.release(3);
            assertThat(client.exists("/local/domain/3")).isFalse();
        }
    }

    @Test
    void shouldSaveByItselfWhenSomethingChanged() throws Exception {
        try (XenStoreServer server = start(Duration.ofMillis(1)); XenStoreClient client = server.connect(0)) {
            client.write("/a", "1");
            StateFile file = new StateFile(directory.resolve("state"));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                var state = file.read();
                return state != null && state.store().generation() > 0;
            });
        }
    }

    @Test
    void shouldNotWriteWhatIsWrittenAlready() throws Exception {
        try (XenStoreServer server = start(NEVER); XenStoreClient client = server.connect(0)) {
            client.write("/a", "1");
            server.save();
            Object before = Files.readAttributes(directory.resolve("state"), "unix:ino").get("ino");
            server.save();
            assertThat(Files.readAttributes(directory.resolve("state"), "unix:ino").get("ino")).isEqualTo(before);
            client.write("/a", "1");
            server.save();
            assertThat(Files.readAttributes(directory.resolve("state"), "unix:ino").get("ino")).isNotEqualTo(before);
        }
    }

    @Test
    void shouldAnswerWhileItSaves() throws Exception {
        try (XenStoreServer server = start(NEVER); XenStoreClient client = server.connect(0)) {
            for (int i = 0; i < 20_000; i++) {
                client.write("/big/" + i % 100 + "/" + i, "some value");
            }
            AtomicBoolean saving = new AtomicBoolean(true);
            AtomicInteger saves = new AtomicInteger();
            Thread saver = new Thread(() -> {
                while (saving.get()) {
                    try {
                        server.save();
                        saves.incrementAndGet();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            saver.start();
            // Each save is followed by a change, so the next one has to write all of the tree again.
            int during = 0;
            for (; saves.get() < 5; during++) {
                client.write("/during", "" + during);
            }
            saving.set(false);
            saver.join();
            assertThat(during).as("writes answered while 5 times 20,000 nodes were saved").isGreaterThan(100);
            server.save();
        }
        try (XenStoreServer server = start(NEVER); XenStoreClient client = server.connect(0)) {
            assertThat(client.list("/big")).hasSize(100);
        }
    }

    @Test
    void shouldRefuseToStartWithNothingButDamage() throws Exception {
        Files.writeString(directory.resolve("state"), "rubbish that is long enough");

        assertThatThrownBy(() -> start(NEVER)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(directory.resolve("state") + " at byte 0: this is no state of a XenStore server");
    }

    @Test
    void shouldSayWhatAHandOverNeeds() {
        ServerOptions options = ServerOptions.defaults().withHandOver(directory.resolve("next"));

        assertThatThrownBy(() -> XenStoreServer.start(options)).isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot start the XenStore server: a live hand-over needs sockets by descriptors, which"
                        + " Java's own channels are not: put conduit-core on the module or class path");
        assertThatThrownBy(() -> XenStoreServer.takeOver(ServerOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSaveOnlyWhereItWasToldTo() {
        try (XenStoreServer server = XenStoreServer.start(ServerOptions.defaults())) {
            assertThatThrownBy(server::save).isInstanceOf(IllegalStateException.class);
        }
    }
}
