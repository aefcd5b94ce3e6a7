package dev.conduit.rendezvous.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.DnsSettings;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.control.ControlServer;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.nameserver.OneCodeServer;
import dev.conduit.rendezvous.resolver.Connection;
import dev.conduit.rendezvous.resolver.ConnectorOptions;
import dev.conduit.rendezvous.resolver.Endpoint;
import dev.conduit.rendezvous.resolver.Resolution;
import dev.conduit.rendezvous.resolver.Resolver;
import dev.conduit.rendezvous.resolver.StaticResolver;
import dev.conduit.rendezvous.resolver.UriConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;

/** Services that sleep, and clients that know them by a URI: one boot, and the whole time of the call to wait for it. */
@Timeout(180)
final class WakingByUriTest {

    /** Halved again and again, it must leave enough for a loaded machine. */
    private static final Duration SLOW = Duration.ofSeconds(12);

    private final CountDownLatch mayBoot = new CountDownLatch(1);
    private DirectoryFixture local;
    private Directory directory;
    private ControlServer control;
    private OneCodeServer nameless;
    private Conduit guest;
    private volatile Conduit booted;

    /** The guest {@code www} listens when it may. */
    @BeforeEach
    void open() throws Exception {
        local = new DirectoryFixture();
        local.launcher.boot = spec -> {
            try {
                mayBoot.await();
                booted = local.conduit(spec.name());
                booted.listen(spec.name());
                return booted.platform().self().value();
            } catch (IOException failed) {
                throw new LaunchException(failed.getMessage(), failed);
            }
        };
        nameless = new OneCodeServer(Rcode.NXDOMAIN);
        directory = local.directory(configuration());
        control = ControlServer.start(directory, local.conduit("jitsud"), local.folder.resolve("jitsud.sock"),
                Optional::empty);
        guest = local.conduit("guest");
    }

    @AfterEach
    void close() throws IOException {
        mayBoot.countDown();
        control.close();
        local.close();
        nameless.close();
    }

    private static Configuration configuration() throws IOException {
        ServiceSettings www = Configurations.service(
                new GuestSpec("www", List.of(InetAddress.getByName("127.0.0.1")), Map.of()), 0, false,
                new Readiness.Registration("www", DirectoryFixture.LONG), Optional.empty());
        Configuration plain = Configurations.of(www);
        DnsSettings dns = new DnsSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "lab.test",
                Duration.ofSeconds(5), Duration.ofSeconds(59), List.of(), Optional.empty());
        return new Configuration(Optional.of(dns), plain.front(), plain.limits(), plain.services());
    }

    private ConnectorOptions options() {
        return ConnectorOptions.defaults().withNameServers(nameless.address());
    }

    private Connection connect(ConnectorOptions options, String uri, Duration timeout) throws IOException {
        return UriConnector.of(guest, options).connect(URI.create(uri), timeout);
    }

    private void sleepAgain() {
        booted.close();
        assertThat(directory.stop("www").toCompletableFuture().join()).isEmpty();
        local.launcher.calls.clear();
    }

    private void assertBootedOnce() {
        assertThat(local.launcher.calls.stream().filter("start www"::equals)).hasSize(1);
    }

    @Test
    void shouldWakeByEachNameOfTheHost() throws IOException {
        mayBoot.countDown();
        for (String uri : List.of("conduit://www", "conduit://www.xen", "//www", "http://www.lab.test/index.html")) {
            try (Connection www = connect(options().withSuffixes("xen", "lab.test"), uri, DirectoryFixture.LONG)) {
                assertThat(www.endpoint()).as(uri).hasToString("conduit://www");
            }
            assertBootedOnce();
            sleepAgain();
        }
    }

    @Test
    void shouldComeBackToAServiceThatBootsSlowly() throws Exception {
        // Asked only when the conduit has had its half of the time: the boot takes longer than that.
        Resolver next = (target, timeout) -> {
            mayBoot.countDown();
            return new Resolution(List.of(new Endpoint.Tcp(new InetSocketAddress("127.0.0.1", 1))), Duration.ZERO);
        };
        try (Connection www = connect(options().withResolvers(next), "//www", SLOW)) {
            assertThat(www.endpoint()).hasToString("conduit://www");
        }
        assertBootedOnce();
    }

    @Test
    void shouldLeaveTimeForASlowBootWhenDnsIsSilent() throws Exception {
        Resolver next = (target, timeout) -> {
            mayBoot.countDown();
            return new Resolution(List.of(), Duration.ZERO);
        };
        try (OneCodeServer silent = new OneCodeServer(OneCodeServer.SILENT);
                Connection www = connect(ConnectorOptions.defaults().withNameServers(silent.address())
                        .withHostId("h1").withResolvers(next), "conduit://www", SLOW)) {
            assertThat(www.endpoint()).hasToString("conduit://www");
            assertThat(silent.questions()).isPositive();
        }
        assertBootedOnce();
    }

    @Test
    void shouldTakeTheNextWayWhenTheServiceDoesNotStart() throws IOException {
        local.launcher.boot = spec -> {
            throw new LaunchException("no such kernel");
        };
        try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            StaticResolver elsewhere = StaticResolver.empty().with("www",
                    new Endpoint.Tcp((InetSocketAddress) tcp.getLocalSocketAddress()));
            try (Connection www = connect(options().withResolvers(elsewhere), "//www", DirectoryFixture.LONG)) {
                assertThat(www.endpoint()).isInstanceOf(Endpoint.Tcp.class);
            }
        }
        assertThatThrownBy(() -> connect(options(), "conduit://www", DirectoryFixture.LONG))
                .isInstanceOf(ConduitException.class)
                .hasMessageContaining("conduit://www: connect to 'www' failed: service 'www' could not be started: no such kernel");
    }

    @Test
    void shouldSayThatNobodyKnowsTheName() {
        assertThatThrownBy(() -> connect(options(), "conduit://nobody", DirectoryFixture.LONG))
                .hasMessage("cannot connect to 'conduit://nobody': conduit://nobody: no such name: 'nobody'");
        assertThat(local.launcher.calls).isEmpty();
    }

    @Test
    void shouldWakeByTheResolversOwnDnsQuery() throws Exception {
        try (ServiceDns dns = ServiceDns.start(directory, directory.configuration().dns().orElseThrow(), "h1")) {
            ConnectorOptions byDns = ConnectorOptions.defaults().withNameServers(dns.addresses().get(0));
            CompletableFuture<Connection> both = connecting(byDns.withHostId("h1"));
            DirectoryFixture.awaitState(directory, "www", ServiceState.STARTING);
            assertThat(both).isNotDone();
            mayBoot.countDown();
            try (Connection www = both.get(90, TimeUnit.SECONDS)) {
                assertThat(www.endpoint()).as("the conduit comes first where DNS names this host")
                        .hasToString("conduit://www");
            }
            assertBootedOnce();
        }
    }

    @Test
    void shouldWaitForTheConduitOfThisHostThoughDnsGivesUp() throws Exception {
        try (ServiceDns dns = ServiceDns.start(directory, directory.configuration().dns().orElseThrow(), "h1")) {
            CompletableFuture<Connection> connecting =
                    connecting(ConnectorOptions.defaults().withNameServers(dns.addresses().get(0)).withHostId("h1"));
            // The DNS server asks first; the second asker is the client, which has given up the addresses.
            await().atMost(DirectoryFixture.LONG).until(() -> directory.statuses().get(0).waiting() == 2);
            mayBoot.countDown();
            try (Connection www = connecting.get(90, TimeUnit.SECONDS)) {
                assertThat(www.endpoint()).hasToString("conduit://www");
            }
            assertBootedOnce();
        }
    }

    private CompletableFuture<Connection> connecting(ConnectorOptions options) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return connect(options, "//www.lab.test:80", DirectoryFixture.LONG);
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        }, task -> new Thread(task).start());
    }
}
