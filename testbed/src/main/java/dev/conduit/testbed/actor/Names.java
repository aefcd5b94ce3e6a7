package dev.conduit.testbed.actor;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ListenOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The names an actor listens under and the connections it makes by name. */
final class Names {

    private final Platform platform;
    private final Map<String, ConduitServer> servers = new HashMap<>();
    private Conduit conduit;

    Names(Platform platform) {
        this.platform = platform;
    }

    private Conduit conduit() throws IOException {
        if (conduit == null) {
            conduit = Conduit.open(platform);
        }
        return conduit;
    }

    /** Gives back what comes over each connection; a backlog of 0 means that nobody accepts, and one may wait. */
    String listen(String name, int backlog) throws IOException {
        return listen(name, backlog, ListenOptions.defaults());
    }

    /** As {@link #listen(String, int)}, beside others under the same name. */
    String share(String name, int backlog) throws IOException {
        return listen(name, backlog, ListenOptions.defaults().withOpenSharing());
    }

    private String listen(String name, int backlog, ListenOptions options) throws IOException {
        ConduitServer server = conduit().listen(name, options.withBacklog(Math.max(1, backlog))
                .withRegisterTimeout(Duration.ofSeconds(60)));
        servers.put(name, server);
        if (backlog > 0) {
            Thread acceptor = new Thread(() -> accept(server), "accept");
            acceptor.setDaemon(true);
            acceptor.start();
        }
        return "";
    }

    private static void accept(ConduitServer server) {
        try {
            while (true) {
                ConduitConnection connection = server.accept();
                new Line(connection).follow(true).thenRun(connection::close);
            }
        } catch (IOException closed) {
            System.out.println("accept on " + server.name() + ": " + closed.getMessage());
        }
    }

    String unlisten(String name) {
        servers.remove(name).close();
        return "";
    }

    ConduitConnection dial(String name, Duration timeout) throws IOException {
        return conduit().connect(name, timeout);
    }

    void close() {
        servers.clear();
        if (conduit != null) {
            conduit.close();
            conduit = null;
        }
    }
}
