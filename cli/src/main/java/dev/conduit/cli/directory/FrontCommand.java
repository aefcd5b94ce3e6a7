package dev.conduit.cli.directory;

import dev.conduit.cli.DomainOption;
import dev.conduit.cli.Seconds;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.control.ControlClient;
import dev.conduit.synjitsu.layer8.Hosts;
import dev.conduit.synjitsu.socket.SocketFront;
import dev.conduit.synjitsu.socket.SocketFrontOptions;
import dev.conduit.synjitsu.socket.Upstream;
import dev.conduit.synjitsu.socket.Upstreams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conduit front}: takes TCP connections for a service that may sleep. */
@Command(
        name = "front",
        mixinStandardHelpOptions = true,
        description = "Take TCP connections for a service, start it when the first one comes, and carry them to its"
                + " conduit. Needs no rights.",
        footer = {
            "Clients are answered at once; what they send is kept until the service is up. Runs until it is interrupted.",
            "Examples: conduit front --listen 8080 --service www",
            "          conduit front --listen 443 --host www.example.org=www --host '*.example.org=shop'"
        })
public final class FrontCommand implements Callable<Integer> {

    @Option(names = "--listen", required = true, paramLabel = "[HOST:]PORT", converter = HostAndPort.class,
            description = "Where clients connect; on all addresses when no host is given.")
    private InetSocketAddress listen;

    @Option(names = "--service", paramLabel = "NAME", description = "The service's conduit name; with --host, the one for"
            + " clients that name no other.")
    private String service;

    @Option(names = "--host", paramLabel = "HOST=NAME", description = "The service for clients that name this host in TLS or"
            + " HTTP, such as www.example.org=www or *.example.org=shop; may be given several times.")
    private Map<String, String> hosts = Map.of();

    @Option(names = "--to", paramLabel = "HOST:PORT", converter = HostAndPort.class,
            description = "Reach the service by TCP there, instead of by its conduit.")
    private InetSocketAddress to;

    @Option(names = "--within", paramLabel = "SECONDS", converter = Seconds.class, defaultValue = "60",
            description = "Longest wait of a client for the service, 1 to 86400 (default: ${DEFAULT-VALUE}); then it gets a RST.")
    private Duration within;

    @Option(names = "--proxy-protocol", description = "Tell the service the client's address: PROXY protocol, version 2.")
    private boolean proxyProtocol;

    @Option(names = "--socket", paramLabel = "FILE", description = "Unix socket of the directory; used with --to"
            + " (default: as 'conduit services').")
    private Path socket;

    @Mixin
    private DomainOption domain;

    /** Made by the command line. */
    public FrontCommand() {}

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        requireService();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "conduit-stop"));
        try (Platform platform = domain.open("front");
                Conduit conduit = Conduit.open(platform);
                SocketFront front = SocketFront.open(listen, hosts(conduit), SocketFrontOptions.defaults()
                        .withWithin(within).withProxyHeader(proxyProtocol), FrontCommand::say)) {
            say("front of '" + name() + "' listens on " + HostAndPort.text(front.address()) + "; stop it with Ctrl-C");
            stopped.await();
        }
        return 0;
    }

    private void requireService() {
        if (service == null && hosts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "there is neither --service nor --host");
        }
        if (to != null && !hosts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--to reaches one service, --host tells several apart");
        }
    }

    private String name() {
        return service != null ? service : String.join("', '", new LinkedHashSet<>(hosts.values()));
    }

    private Hosts<Upstream> hosts(Conduit conduit) throws IOException {
        if (hosts.isEmpty()) {
            return Hosts.only(upstream(conduit));
        }
        Map<String, Upstream> named = new LinkedHashMap<>();
        hosts.forEach((host, name) -> named.put(host, Upstreams.conduit(conduit, name)));
        try {
            return Hosts.named(named, Optional.ofNullable(service).map(name -> Upstreams.conduit(conduit, name)));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    private Upstream upstream(Conduit conduit) throws IOException {
        if (to == null) {
            return Upstreams.conduit(conduit, service);
        }
        Path directory = ControlSocket.path(socket, domain.directory());
        return Upstreams.tcp((asker, patience) -> ControlClient.call(directory,
                Map.of("do", "ask", "name", service, "within", patience.toMillis())), to);
    }

    private static void say(String line) {
        System.err.println("conduit: " + line);
    }
}
