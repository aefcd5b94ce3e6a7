package dev.conduit.bench;

import dev.conduit.bench.figure.Heap;
import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Prints what a connected conduit costs: bytes of shared memory, and bytes of heap a side. */
final class FootprintMain {

    private static final int CONDUITS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private FootprintMain() {}

    /**
     * Measures.
     *
     * @param arguments a directory for a host
     */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory));
                Platform serverPlatform = LocalPlatform.open(host.directory().path(), "server");
                Platform clientPlatform = LocalPlatform.open(host.directory().path(), "client");
                Conduit servers = Conduit.open(serverPlatform);
                Conduit clients = Conduit.open(clientPlatform);
                ConduitServer server = servers.listen("footprint")) {
            List<ConduitConnection> connections = new ArrayList<>();
            connect(clients, server, connections);
            long shared = sharedBytes();
            long heap = Heap.used();
            connections.forEach(ConduitConnection::close);
            connections.clear();
            long sharedEach = (shared - sharedBytes()) / CONDUITS;
            long heapEachSide = (heap - Heap.used()) / CONDUITS / 2;
            System.out.println(sharedEach + " " + heapEachSide);
        }
    }

    private static void connect(
            Conduit clients, ConduitServer server, List<ConduitConnection> connections) throws Exception {
        ExecutorService acceptor = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < CONDUITS; i++) {
                Future<ConduitConnection> accepted = acceptor.submit(() -> server.accept(LIMIT));
                connections.add(clients.connect("footprint", LIMIT));
                connections.add(accepted.get());
            }
        } finally {
            acceptor.shutdownNow();
        }
    }

    /** The sizes of the memory files with grants that this process, which is both sides and the host, has open. */
    private static long sharedBytes() throws IOException {
        Map<Object, Long> sizes = new HashMap<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.filter(Files::isSymbolicLink).toList()) {
                if (isGrant(descriptor)) {
                    sizes.put(Files.getAttribute(descriptor, "unix:ino"), Files.size(descriptor));
                }
            }
        }
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean isGrant(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:conduit-grant");
        } catch (IOException e) {
            // Closed since it was listed, as the descriptor of the listing itself is.
            return false;
        }
    }
}
