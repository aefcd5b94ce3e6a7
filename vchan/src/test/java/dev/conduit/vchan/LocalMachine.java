package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A local host in a folder of its own, and domains on it; checks at the end that nothing was left over. */
final class LocalMachine implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Path folder;
    private final LocalHost host;
    private final List<LocalPlatform> domains = new ArrayList<>();
    private boolean hostEnded;

    LocalMachine() throws IOException {
        this(ServerOptions.defaults());
    }

    /** With quotas of its XenStore. */
    LocalMachine(ServerOptions xenStore) throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "vchan-test-");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder).withXenStore(xenStore));
    }

    LocalPlatform domain(String name) throws IOException {
        LocalPlatform platform = LocalPlatform.open(folder, name);
        domains.add(platform);
        return platform;
    }

    /** Whether no domain holds a grant, mapping, port or notification. */
    void assertNothingHeld() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            var statistics = LocalPlatform.statistics(folder);
            assertThat(statistics.grants()).as("%s", statistics).isZero();
            assertThat(statistics.mappings()).as("%s", statistics).isZero();
            assertThat(statistics.ports()).as("%s", statistics).isZero();
            assertThat(statistics.notifications()).as("%s", statistics).isZero();
        });
    }

    /** Ends the host under its domains. */
    void endHost() {
        hostEnded = true;
        host.close();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!hostEnded) {
                assertNothingHeld();
            }
        } finally {
            domains.forEach(LocalPlatform::close);
            host.close();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
