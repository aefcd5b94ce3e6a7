package dev.conduit.cli;

import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conduit xenstored}: the XenStore server alone, until it is told to stop. */
@Command(
        name = "xenstored",
        mixinStandardHelpOptions = true,
        description = "Run a XenStore server without a local platform, for programs that only need the store.",
        footer = {
            "Prints its sockets on standard output, then runs until it is interrupted. Any XenStore client reaches it with",
            "XENSTORED_PATH in its environment; 'conduit xenstore ls' is one. The store is empty at the start, unless",
            "--state or --take-over fills it. 'conduit xenstored --take-over' with the same sockets replaces a server that",
            "was started with --hand-over: its clients stay connected and notice nothing but a pause."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told to stop, or another server took over", "1:it could not start", "2:wrong usage"})
final class XenStoredCommand implements Callable<Integer> {

    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(5);

    @Option(names = "--socket", paramLabel = "PATH", description = "Socket with the rights of domain 0 (default:"
            + " $XENSTORED_PATH, else $XENSTORED_RUNDIR/socket, else /var/run/xenstored/socket).")
    private Path socket;

    @Option(names = "--domain", paramLabel = "N=PATH", converter = DomainSocket.Converter.class,
            description = "One more socket, with the rights of domain N, 0 to 65535. Can be repeated.")
    private List<DomainSocket> domains = new ArrayList<>();

    @Option(names = "--quota", paramLabel = "NAME=N",
            description = "A limit on what each domain but 0 may use. Can be repeated; an unknown name is answered with"
                    + " those there are.")
    private Map<String, Integer> quotas = new LinkedHashMap<>();

    @Option(names = "--state", paramLabel = "FILE", description = "Keep the store in this file: it is there again after a"
            + " restart. Connections, watches and transactions are not.")
    private Path state;

    @Option(names = "--hand-over", description = "Let another 'conduit xenstored' take over while this one runs, through"
            + " the socket PATH.next beside the first one.")
    private boolean handOver;

    @Option(names = "--take-over", description = "Take over from the server that runs, with its store, sockets and"
            + " connections; if that fails it goes on. Implies --hand-over.")
    private boolean takeOver;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerOptions options = ServerOptions.defaults();
        for (Map.Entry<String, Integer> quota : quotas.entrySet()) {
            options = options.withQuota(Quota.of(quota.getKey()), quota.getValue());
        }
        if (state != null) {
            options = options.withState(state, SAVE_INTERVAL);
        }
        Path standard = socket == null ? usualSocket(System.getenv()) : socket;
        if (handOver || takeOver) {
            options = options.withHandOver(standard.resolveSibling(standard.getFileName() + ".next"));
        }
        XenStoreServer server = takeOver ? XenStoreServer.takeOver(options) : XenStoreServer.start(options);
        try {
            server.listen(standard, 0);
            for (DomainSocket domain : domains) {
                server.introduce(domain.domain());
                server.listen(domain.path(), domain.domain());
            }
        } catch (IOException | IllegalArgumentException e) {
            if (!takeOver) {
                server.close();
                throw e;
            }
            // Clients that were taken over must not end for a socket that is asked for besides.
            System.err.println("conduit: " + e.getMessage());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "conduit-stop"));
        System.out.println("XENSTORED_PATH=" + standard.toAbsolutePath().normalize());
        domains.forEach(domain -> System.out.println(
                "domain " + domain.domain() + ": " + domain.path().toAbsolutePath().normalize()));
        System.err.println("conduit: XenStore ready; stop it with Ctrl-C");
        server.awaitEnd();
        return 0;
    }

    /** Where clients look that are told nothing else. */
    static Path usualSocket(Map<String, String> environment) {
        String path = environment.get("XENSTORED_PATH");
        return path != null ? Path.of(path)
                : Path.of(environment.getOrDefault("XENSTORED_RUNDIR", "/var/run/xenstored"), "socket");
    }

    /** Being told to stop is no failure: the exit code is not that of a signal. */
    private static void stop(XenStoreServer server) {
        server.close();
        Runtime.getRuntime().halt(0);
    }
}
