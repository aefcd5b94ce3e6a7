package dev.conduit.core.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.FailingPosix;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.RawClient;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host at its bounds, and one that runs out of memory. */
class LocalHostLimitsTest {

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
    }

    @AfterEach
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private LocalHostOptions options() {
        return LocalHostOptions.standard().withDirectory(folder);
    }

    @Test
    void shouldRefuseConnectionsBeyondTheBound() throws Exception {
        HostLimits limits = new HostLimits(8, 3, 8, 8, 8, 8, 8);
        List<RawClient> clients = new ArrayList<>();
        try (LocalHost host = LocalHost.start(options(), limits, PosixLoader.posix())) {
            for (int i = 0; i < 3; i++) {
                clients.add(new RawClient(host.directory().path()));
                assertThat(clients.get(i).ask("ALIVE 0")).isEqualTo("OK 1");
            }
            try (RawClient tooMany = new RawClient(folder)) {
                assertThat(tooMany.receive())
                        .isEqualTo("ERR ENOSPC the host has 3 control connections, the most it may");
                assertThat(tooMany.receive()).isNull();
            }
            assertThatThrownBy(() -> LocalPlatform.open(folder, "x")).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("the host has 3 control connections, the most it may");
            clients.remove(0).close();
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
                LocalPlatform.open(folder, "x").close();
                return true;
            });
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldRefuseProcessesWhenMemoryIsFull() throws Exception {
        AtomicInteger errno = new AtomicInteger();
        try (LocalHost host = LocalHost.start(options(), HostLimits.DEFAULT,
                FailingPosix.failing("fallocate", errno::get))) {
            errno.set(Errno.ENOSPC);
            assertThatThrownBy(() -> LocalPlatform.open(folder, "x")).isInstanceOf(PlatformException.class)
                    .hasMessage("cannot reserve 36864 bytes of shared memory: ENOSPC (28), for the events of one more"
                            + " process (ENOMEM)");
            errno.set(0);
            LocalPlatform.open(host.directory().path(), "x").close();
        }
    }

    @Test
    void shouldLeaveNothingWhenTheHostCannotStart() {
        assertThatThrownBy(() -> LocalHost.start(options(), HostLimits.DEFAULT,
                FailingPosix.failing("memfdCreate", () -> Errno.EMFILE))).isInstanceOf(PlatformException.class)
                .hasMessage("cannot make a memory file: EMFILE (24)");
        assertThat(folder.toFile().list()).containsExactly("host.lock");
    }
}
