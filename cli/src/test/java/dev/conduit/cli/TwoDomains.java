package dev.conduit.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.XenStandIn;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A local host with two domains, and programs that run in them: ours, and Debian's unmodified vchan-socket-proxy. */
final class TwoDomains implements AutoCloseable {

    static final ProcessBuilder.Redirect NOTHING = ProcessBuilder.Redirect.from(new File("/dev/null"));

    private static final Path PEERS = Path.of(System.getProperty("conduit.root", "..")).toAbsolutePath().normalize()
            .resolve(".conduit/peers");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final LocalHost host;
    final LocalPlatform server;
    final LocalPlatform client;
    private final List<Command> started = new ArrayList<>();

    TwoDomains(Path folder) throws IOException {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        server = LocalPlatform.open(folder, "server");
        client = LocalPlatform.open(folder, "client");
    }

    /** The vchan's path as a client needs it. */
    String path(String name) {
        return "/local/domain/" + server.self() + "/" + serverPath(name);
    }

    /** The vchan's path as a server may shorten it. */
    String serverPath(String name) {
        return "data/vchan/" + client.self() + "/" + name;
    }

    Command listen(ProcessBuilder.Redirect input, String name, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("vchan", "listen", "--domain", client.self().toString(), "--path",
                serverPath(name)));
        words.addAll(List.of(more));
        return keep(Command.start(server.environment(), input, words.toArray(String[]::new)));
    }

    Command connect(ProcessBuilder.Redirect input, String name, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("vchan", "connect", "--domain", server.self().toString(), "--path",
                path(name)));
        words.addAll(List.of(more));
        return keep(Command.start(client.environment(), input, words.toArray(String[]::new)));
    }

    /** Debian's proxy as server or client of a vchan; a path of a socket, or {@code -}. */
    Command proxy(boolean isServer, String name, String socket) throws Exception {
        LocalPlatform domain = isServer ? server : client;
        LocalPlatform peer = isServer ? client : server;
        ProcessBuilder builder = new ProcessBuilder(only("xen-[0-9]*").resolve("bin/vchan-socket-proxy").toString(),
                "-m", isServer ? "server" : "client", peer.self().toString(), isServer ? serverPath(name) : path(name),
                socket);
        Map<String, String> environment = builder.environment();
        environment.putAll(domain.environment());
        environment.put("LD_LIBRARY_PATH", only("*-linux-gnu*").toString());
        XenStandIn.preload(host.directory().path(), environment);
        return keep(Command.start(builder));
    }

    /** Skips the test when Debian's programs or what they take are not here. */
    static void requireProxy() {
        requirePrograms("cc");
        assumeTrue(Files.exists(PEERS.resolve("complete")), "needs Debian's Xen programs: run testbed/peers/fetch");
    }

    static void requirePrograms(String... names) {
        for (String name : names) {
            assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(each -> Files.isExecutable(Path.of(each, name))), "no " + name + " on the PATH: install it");
        }
    }

    private static Path only(String pattern) throws IOException {
        try (var folders = Files.newDirectoryStream(PEERS.resolve("root/usr/lib"), pattern)) {
            return folders.iterator().next();
        }
    }

    Command keep(Command command) {
        started.add(command);
        return command;
    }

    void awaitPublished(String name) throws Exception {
        awaitNode(path(name) + "/event-channel", true);
    }

    void awaitNode(String node, boolean exists) throws Exception {
        try (XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            store.waitFor(reader -> reader.exists(node) == exists ? true : null, PATIENCE);
        } catch (TimeoutException e) {
            e.addSuppressed(new AssertionError("what runs:\n" + started.stream().map(Command::describe)
                    .collect(Collectors.joining("\n"))));
            throw e;
        }
    }

    static void awaitFile(Path file) {
        Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(file));
    }

    /** Waits until nothing is held of what the programs acquired. */
    void assertNothingHeld() {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            var held = LocalPlatform.statistics(host.directory().path());
            return held.grants() + held.mappings() + held.ports() + held.notifications() == 0;
        });
    }

    @Override
    public void close() {
        started.forEach(Command::close);
        server.close();
        client.close();
        host.close();
    }
}
