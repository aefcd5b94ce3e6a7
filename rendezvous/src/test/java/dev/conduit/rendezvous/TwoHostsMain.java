package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.ServiceDns;
import dev.conduit.rendezvous.directory.TrafficMeter;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.ConfigurationFile;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.publish.DnsPublisher;
import dev.conduit.rendezvous.publish.PublishedService;
import dev.conduit.rendezvous.publish.PublisherOptions;
import dev.conduit.rendezvous.publish.TsigKey;
import dev.conduit.rendezvous.resolver.Connection;
import dev.conduit.rendezvous.resolver.ConnectorOptions;
import dev.conduit.rendezvous.resolver.DnsResolver;
import dev.conduit.rendezvous.resolver.HostId;
import dev.conduit.rendezvous.resolver.Target;
import dev.conduit.rendezvous.resolver.UriConnector;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What runs on the hosts of {@link TwoHostsTest}: {@code host} or {@code client}, until standard input ends. */
final class TwoHostsMain {

    static final int PORT = 8080;
    private static final Duration LONG = Duration.ofSeconds(60);

    private TwoHostsMain() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("host")) {
            InetSocketAddress dns = new InetSocketAddress(args[3], 53);
            host(args[1], InetAddress.getByName(args[2]), dns, args[4], Path.of(args[5]));
        } else {
            client(args[1], List.of(args).subList(2, args.length).stream()
                    .map(server -> new InetSocketAddress(server, 53)).toArray(InetSocketAddress[]::new));
        }
    }

    /**
     * A local host that serves {@code www} by conduit and TCP, and says so in the site's DNS. Its own DNS is that of a
     * directory which has no memory left for the service.
     */
    private static void host(String id, InetAddress address, InetSocketAddress dns, String secret, Path folder)
            throws Exception {
        TsigKey key = TsigKey.of("conduit", "hmac-sha256", secret);
        PublisherOptions options = PublisherOptions.of(dns, "lab.test", key, id)
                .withTtl(Duration.ofSeconds(1)).withCloseTimeout(LONG);
        PublishedService www = new PublishedService(
                "www.lab.test", Optional.of("www"), List.of(address), List.of(PORT), List.of());
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
                XenStoreClient dom0 = XenStoreClients.connect(host.directory().xenStoreSocket());
                LocalPlatform platform = LocalPlatform.open(folder, "www");
                Launchers launchers = Launchers.find(platform);
                Directory directory = Directory.open(
                        full(folder.resolve("services.yaml"), address, launchers), tools(launchers, dom0));
                ServiceDns ownDns = ServiceDns.start(directory, directory.configuration().dns().orElseThrow(), id);
                Conduit conduit = Conduit.open(platform);
                ConduitServer conduits = conduit.listen("www");
                ServerSocket tcp = new ServerSocket(PORT, 50, address);
                DnsPublisher publisher = DnsPublisher.start(options, List.of(www))) {
            HostId.announce(dom0, id);
            serve(() -> {
                try (ConduitConnection client = conduits.accept()) {
                    greet(client.output(), id);
                    client.close(LONG);
                }
            });
            serve(() -> {
                try (Socket client = tcp.accept()) {
                    greet(client.getOutputStream(), id);
                }
            });
            if (!publisher.awaitSettled(LONG)) {
                throw new IOException(publisher.problems() + " " + ownDns.addresses());
            }
            System.out.println("ready");
            System.in.read();
        }
    }

    private static Directory.Tools tools(Launchers launchers, XenStoreClient dom0) {
        return new Directory.Tools(
                launchers, dom0, Front.NONE, (service, domain) -> TrafficMeter.UNKNOWN, System.err::println);
    }

    /** It may give less memory than the service needs. */
    private static Configuration full(Path file, InetAddress address, Launchers launchers) throws IOException {
        Files.writeString(file, """
                dns: { listen: "%1$s:53", zone: lab.test }
                limits: { memory: 64m }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["%1$s"]
                    ports: [%2$d]
                    launcher: process
                    process: { command: [sleep, "600"] }
                    memory: 65m
                """.formatted(address.getHostAddress(), PORT));
        return ConfigurationFile.read(file, launchers);
    }

    private interface Turn {
        void run() throws IOException;
    }

    private static void serve(Turn turn) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    turn.run();
                }
            } catch (IOException closed) {
                System.err.println(closed.getMessage());
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void greet(OutputStream output, String id) throws IOException {
        output.write((id + "\n").getBytes(UTF_8));
    }

    /** A line of input is a URI to connect to, or a name after a question mark to look up in DNS. */
    private static void client(String folder, InetSocketAddress... dns) throws IOException {
        Conduit conduit = folder.equals("-") ? null : Conduit.open(LocalPlatform.open(Path.of(folder), "client"));
        ConnectorOptions options = ConnectorOptions.defaults().withNameServers(dns);
        UriConnector connector = conduit == null
                ? UriConnector.withoutConduits(options) : UriConnector.of(conduit, options);
        System.out.println("ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                System.out.println(line.startsWith("?")
                        ? DnsResolver.of(List.of(dns)).resolve(Target.parse(line.substring(1)), LONG).endpoints()
                        : connect(connector, URI.create(line)));
            } catch (IOException failed) {
                System.out.println("failed: " + failed.getMessage());
            }
        }
        if (conduit != null) {
            conduit.close();
            conduit.platform().close();
        }
    }

    private static String connect(UriConnector connector, URI uri) throws IOException {
        try (Connection connection = connector.connect(uri, LONG);
                BufferedReader input = new BufferedReader(new InputStreamReader(connection.input(), UTF_8))) {
            return input.readLine() + " by " + connection.endpoint();
        }
    }
}
