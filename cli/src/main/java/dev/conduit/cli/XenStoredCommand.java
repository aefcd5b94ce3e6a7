package dev.conduit.cli;

import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conduit xenstored}: the XenStore server alone, until it is told to stop. */
@Command(
        name = "xenstored",
        mixinStandardHelpOptions = true,
        description = "Run a XenStore server without a local platform, for programs that only need the store.",
        footer = {
            "Prints its sockets on standard output, then runs until it is interrupted. Any XenStore client reaches it with",
            "XENSTORED_PATH in its environment; 'conduit xenstore ls' is one. The store is empty at the start."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told to stop", "1:it could not start", "2:wrong usage"})
final class XenStoredCommand implements Callable<Integer> {

    @Option(names = "--socket", paramLabel = "PATH", description = "Socket with the rights of domain 0 (default:"
            + " $XENSTORED_PATH, else $XENSTORED_RUNDIR/socket, else /run/xenstored/socket).")
    private Path socket;

    @Option(names = "--domain", paramLabel = "N=PATH",
            description = "One more socket, with the rights of domain N, 1 to 65535. Can be repeated.")
    private Map<Integer, Path> domains = new LinkedHashMap<>();

    @Option(names = "--quota", paramLabel = "NAME=N",
            description = "A limit on what each domain but 0 may use. Can be repeated; an unknown name is answered with"
                    + " those there are.")
    private Map<String, Integer> quotas = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerOptions options = ServerOptions.defaults();
        for (Map.Entry<String, Integer> quota : quotas.entrySet()) {
            options = options.withQuota(Quota.of(quota.getKey()), quota.getValue());
        }
        Path standard = socket == null ? usualSocket(System.getenv()) : socket;
        XenStoreServer server = XenStoreServer.start(options);
        try {
            server.listen(standard, 0);
            for (Map.Entry<Integer, Path> domain : domains.entrySet()) {
                server.introduce(domain.getKey());
                server.listen(domain.getValue(), domain.getKey());
            }
        } catch (IOException | IllegalArgumentException e) {
            server.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "conduit-stop"));
        System.out.println("XENSTORED_PATH=" + standard.toAbsolutePath().normalize());
        domains.forEach((domain, path) ->
                System.out.println("domain " + domain + ": " + path.toAbsolutePath().normalize()));
        System.err.println("conduit: XenStore ready; stop it with Ctrl-C");
        new CountDownLatch(1).await();
        return 0;
    }

    /** Where clients look that are told nothing else. */
    static Path usualSocket(Map<String, String> environment) {
        String path = environment.get("XENSTORED_PATH");
        return path != null ? Path.of(path)
                : Path.of(environment.getOrDefault("XENSTORED_RUNDIR", "/run/xenstored"), "socket");
    }

    /** Being told to stop is no failure: the exit code is not that of a signal. */
    private static void stop(XenStoreServer server) {
        server.close();
        Runtime.getRuntime().halt(0);
    }
}
