package dev.conduit.rendezvous.directory;

import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A directory on a local host, with guests that only say they are. */
public final class DirectoryFixture implements AutoCloseable {

    public static final Duration LONG = Duration.ofSeconds(60);

    final Path folder;
    final LocalHost host;
    final XenStoreClient dom0;
    final SimulatedLauncher launcher = new SimulatedLauncher();
    final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    private final Deque<Runnable> open = new ConcurrentLinkedDeque<>();

    public DirectoryFixture() throws IOException {
        folder = Files.createTempDirectory("directory");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        dom0 = XenStoreClients.connect(host.directory().xenStoreSocket());
    }

    public Directory directory(Configuration configuration) throws InterruptedException {
        return directory(configuration, (service, domain) -> TrafficMeter.UNKNOWN);
    }

    public SimulatedLauncher launcher() {
        return launcher;
    }

    public Path folder() {
        return folder;
    }

    Directory directory(Configuration configuration, TrafficMeter meter) throws InterruptedException {
        Directory directory = Directory.open(configuration, new Directory.Tools(
                new Launchers(null, List.of(launcher)), dom0, Front.NONE, meter, notes::add));
        open.push(directory::close);
        return directory;
    }

    public Conduit conduit(String name) throws IOException {
        Conduit conduit = Conduit.open(platform(name));
        open.push(conduit::close);
        return conduit;
    }

    Platform platform(String name) throws IOException {
        Platform platform = LocalPlatform.open(folder, name);
        open.push(platform::close);
        return platform;
    }

    static CompletableFuture<Outcome> ask(Directory directory, String name) {
        return directory.ask(name, Cause.DNS, "test", LONG).toCompletableFuture();
    }

    static Outcome get(CompletableFuture<Outcome> answer) throws Exception {
        return answer.get(LONG.toSeconds() + 10, TimeUnit.SECONDS);
    }

    static void awaitState(Directory directory, String name, ServiceState state) {
        await(name + " " + state).atMost(LONG).until(() -> directory.statuses().stream()
                .anyMatch(status -> status.name().equals(name) && status.state() == state));
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().run();
        }
        dom0.close();
        host.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
