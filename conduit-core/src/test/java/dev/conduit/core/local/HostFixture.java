package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A host in a folder of its own, domains of it, and the check that nothing is left of them. */
final class HostFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Map<String, Integer> descriptorsBefore;
    private final Path folder;
    private final LocalHost host;
    private final List<String> treeBefore;
    private final Deque<LocalPlatform> domains = new ArrayDeque<>();
    private boolean closed;

    HostFixture() throws IOException {
        WarmUp.run();
        descriptorsBefore = descriptors();
        folder = newFolder();
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        treeBefore = tree();
    }

    /** A folder with a path short enough for sockets, wherever the build is. */
    static Path newFolder() throws IOException {
        return Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    Path folder() {
        return folder;
    }

    LocalHost host() {
        return host;
    }

    /** A new domain; closed with the fixture. */
    LocalPlatform domain(String name) throws IOException {
        LocalPlatform platform = LocalPlatform.open(folder, name);
        domains.push(platform);
        return platform;
    }

    HostStatistics statistics() throws IOException {
        return LocalPlatform.statistics(folder);
    }

    /** All of XenStore, as domain 0 sees it: path, value and permissions. */
    List<String> tree() throws IOException {
        try (XenStoreClient client = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            List<String> nodes = new ArrayList<>();
            walk(client, "", nodes);
            return nodes;
        }
    }

    private static void walk(XenStoreClient client, String path, List<String> nodes) throws XenStoreException {
        String name = path.isEmpty() ? "/" : path;
        nodes.add(name + " = " + client.readString(name) + " " + client.permissions(name));
        for (String child : client.list(name)) {
            walk(client, path + "/" + child, nodes);
        }
    }

    /** Sockets, selectors and memory files of this process, by kind. */
    static Map<String, Integer> descriptors() {
        Map<String, Integer> kinds = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                String kind = target(file).replaceAll("[0-9]+", "");
                if (kind.startsWith("/memfd:conduit") || kind.startsWith("socket:") || kind.startsWith("anon_inode:")) {
                    kinds.merge(kind, 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return kinds;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Closes the domains, checks that the host gives nothing out any more, closes it, checks this process. */
    void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        while (!domains.isEmpty()) {
            domains.pop().close();
        }
        try {
            await().atMost(PATIENCE).pollInterval(POLL).pollDelay(Duration.ZERO)
                    .untilAsserted(() -> assertThat(statistics().isEmpty()).as("%s", statistics()).isTrue());
            assertThat(tree()).isEqualTo(treeBefore);
        } finally {
            host.close();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("host.lock");
        }
        delete(folder);
        await().atMost(PATIENCE).pollInterval(POLL).pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(descriptors()).isEqualTo(descriptorsBefore));
    }

    /** The JDK keeps a socket for itself at the first close of one: that is before anything is counted. */
    private static final class WarmUp {

        static {
            try {
                Path folder = newFolder();
                try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
                        LocalPlatform platform = LocalPlatform.open(host.directory().path(), "warm-up")) {
                    platform.isAlive(platform.self());
                }
                delete(folder);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        static void run() {
            // Runs the initializer.
        }
    }
}
