package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.core.local.HostStatistics;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;

/** A local host with conduits, each a domain of its own; at the end nothing may be left of them. */
final class LocalFixture implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(20);

    final Path folder;
    final LocalHost host;
    final XenStoreClient dom0;
    private final Map<String, String> treeBefore;
    private final Deque<Runnable> open = new ArrayDeque<>();
    private boolean lost;

    LocalFixture() throws IOException {
        folder = Files.createTempDirectory("conduit");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        dom0 = XenStoreClients.connect(host.directory().xenStoreSocket());
        treeBefore = StoreFixture.tree(dom0);
    }

    /** A new domain with a conduit. */
    Conduit conduit(String name) throws IOException {
        Conduit conduit = Conduit.open(platform(name));
        open.push(conduit::close);
        return conduit;
    }

    Platform platform(String name) throws IOException {
        Platform platform = LocalPlatform.open(folder, name);
        open.push(platform::close);
        return platform;
    }

    Map<String, String> tree() throws IOException {
        return StoreFixture.tree(dom0);
    }

    HostStatistics statistics() throws IOException {
        return LocalPlatform.statistics(folder);
    }

    /** Ends the host under its domains; the fixture then only closes what is left on this side. */
    void loseHost() {
        lost = true;
        dom0.close();
        host.close();
    }

    /** Closes everything, then makes sure that nothing is left: no node, grant, mapping, port or domain. */
    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().run();
        }
        try {
            if (!lost) {
                await("nothing left").atMost(LONG).untilAsserted(() -> {
                    assertThat(statistics().isEmpty()).as(statistics().toString()).isTrue();
                    assertThat(tree()).isEqualTo(treeBefore);
                });
            }
        } finally {
            dom0.close();
            host.close();
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
