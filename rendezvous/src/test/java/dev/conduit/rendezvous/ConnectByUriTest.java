package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.nameserver.NameServer;
import dev.conduit.rendezvous.resolver.Connection;
import dev.conduit.rendezvous.resolver.ConnectorOptions;
import dev.conduit.rendezvous.resolver.Endpoint;
import dev.conduit.rendezvous.resolver.HostId;
import dev.conduit.rendezvous.resolver.StaticResolver;
import dev.conduit.rendezvous.resolver.Target;
import dev.conduit.rendezvous.resolver.UriConnector;
import dev.conduit.rendezvous.resolver.XenStoreResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names and URIs from a domain of a host: its conduits first, honestly found, and what else there is after them. */
class ConnectByUriTest extends TwoDomains {

    @Test
    void shouldReachConduitByEachOfItsNames() throws IOException {
        try (ConduitServer server = serving.listen("www")) {
            for (String uri : List.of("conduit://www", "conduit://www.xen", "//www", "http://www.XEN/index.html")) {
                try (Connection connection = asking.connect(URI.create(uri), LONG);
                        ConduitConnection accepted = server.accept(LONG)) {
                    assertThat(connection.endpoint()).hasToString("conduit://www");
                    assertThat(connection.conduit()).map(ConduitConnection::flow).contains(accepted.flow());
                    accepted.write(bytes("hello"));
                    assertThat(connection.input().readNBytes(5)).asString().isEqualTo("hello");
                    connection.output().write(7);
                    assertThat(accepted.input().read()).isEqualTo(7);
                }
            }
        }
    }

    @Test
    void shouldSayWhyConduitCannotBeReached() throws IOException {
        assertThatThrownBy(() -> asking.connect(URI.create("conduit://nobody"), LONG))
                .isInstanceOf(ConduitException.class);
        serving.register("quiet");
        assertThatThrownBy(() -> asking.connect(URI.create("conduit://quiet.xen"), LONG))
                .isInstanceOf(ConduitException.class).hasMessageStartingWith("cannot connect to 'conduit://quiet.xen':"
                        + " conduit://quiet: nobody listens under the name 'quiet'");
        serving.unregister("quiet");
    }

    @Test
    void shouldTellWhoHasName() throws IOException {
        try (ConduitServer server = serving.listen("www")) {
            assertThat(asking.whoHas(server.name())).isEqualTo(serving.platform().self());
        }
        assertThatThrownBy(() -> asking.whoHas("www")).hasMessage("no such name: 'www'");
        local.dom0.write(Layout.name("forged"), serving.platform().self().toString());
        local.dom0.setPermissions(Layout.name("forged"), Layout.namePermissions(DomainId.DOM0));
        assertThatThrownBy(() -> asking.whoHas("forged")).isInstanceOfSatisfying(ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.FORGED_NAME));
        local.dom0.remove(Layout.name("forged"));
    }

    @Test
    void shouldFallBackToTcpWhenNoConduitAnswers() throws IOException {
        try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                NameServer dns = NameServer.start(NameServer.Kind.BIND, "www IN A 127.0.0.1\n")) {
            UriConnector connector = UriConnector.of(asking, ConnectorOptions.defaults()
                    .withSuffixes("xen", "lab.test").withNameServers(dns.address()));
            URI uri = URI.create("//www.lab.test:" + tcp.getLocalPort());
            try (Connection connection = connector.connect(uri, LONG)) {
                assertThat(connection.endpoint()).hasToString("tcp://127.0.0.1:" + tcp.getLocalPort());
            }
            serving.register("www");
            try (Connection connection = connector.connect(uri, LONG)) {
                assertThat(connection.endpoint()).as("there, but nobody listens").isInstanceOf(Endpoint.Tcp.class);
            }
            try (ConduitServer server = serving.listen("www"); Connection connection = connector.connect(uri, LONG)) {
                assertThat(connection.endpoint()).as(server.name()).hasToString("conduit://www");
            }
            serving.unregister("www");
        }
    }

    @Test
    void shouldTakeConduitOnlyOfTheHostThatDnsNames() throws IOException {
        String records = "_conduit._tcp.web IN TXT \"conduit=www\" \"host=h1\"\n"
                + "_conduit._tcp.far IN TXT \"conduit=www\" \"host=h2\"\n";
        try (NameServer dns = NameServer.start(NameServer.Kind.BIND, records);
                ConduitServer server = serving.listen("www")) {
            UriConnector connector =
                    UriConnector.of(asking, ConnectorOptions.defaults().withNameServers(dns.address()));
            assertThatThrownBy(() -> connector.connect(URI.create("//web.lab.test"), LONG))
                    .as("the host does not know its id").hasMessageContaining("the name is not known");
            HostId.announce(local.dom0, "h1");
            assertThat(HostId.find(asking.platform().xenStore())).contains("h1");
            try (Connection connection = connector.connect(URI.create("conduit://web.lab.test"), LONG)) {
                assertThat(connection.endpoint()).as(server.name()).hasToString("conduit://www");
            }
            assertThatThrownBy(() -> connector.connect(URI.create("//far.lab.test"), LONG))
                    .hasMessageContaining("the name is not known");
            local.dom0.remove("/tool/conduit");
            local.dom0.remove("/tool");
        }
    }

    @Test
    void shouldNotLetGuestsAnnounceHostId() {
        assertThatThrownBy(() -> HostId.announce(asking.platform().xenStore(), "h9")).isInstanceOf(IOException.class);
    }

    @Test
    void shouldNeverTakeConduitForTls() throws IOException {
        try (ConduitServer server = serving.listen("www")) {
            UriConnector connector = UriConnector.of(asking, ConnectorOptions.defaults().withNameServers(
                    new InetSocketAddress("127.0.0.1", 1)));
            assertThatThrownBy(() -> connector.connect(URI.create("https://www.xen"), LONG))
                    .as(server.name())
                    .hasMessageStartingWith("cannot connect to 'tls://www.xen:443': DNS has no answer");
        }
    }

    @Test
    void shouldTryNextWhenConduitServerIsSilent() throws Exception {
        SilentServer silent = SilentServer.listen(local.platform("silent"), "www");
        try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            StaticResolver entries = StaticResolver.empty().with("www", new Endpoint.OnHost("www"),
                    new Endpoint.Tcp((InetSocketAddress) tcp.getLocalSocketAddress()));
            UriConnector connector = UriConnector.of(asking, ConnectorOptions.defaults().withEntries(entries));
            try (Connection connection = connector.connect(URI.create("//www"), Duration.ofSeconds(2))) {
                assertThat(connection.endpoint()).as(silent.name()).isInstanceOf(Endpoint.Tcp.class);
            }
        }
    }

    @Test
    void shouldKnowWhichNamesAreOfThisHost() throws IOException {
        XenStoreResolver resolver = new XenStoreResolver(asking, Set.of("xen", "lab.test"));
        try (ConduitServer server = serving.listen("Web_1")) {
            for (String name : new String[] {"Web_1", "Web_1.xen", "Web_1.lab.test.", "Web_1.LAB.test"}) {
                assertThat(resolver.resolve(Target.parse(name), LONG).endpoints())
                        .as(name).containsExactly(new Endpoint.OnHost(server.name()));
            }
            for (String name : new String[] {"web_1", "a.Web_1.xen", "Web_1.example.test", "xen", "flows"}) {
                assertThat(resolver.resolve(Target.parse(name), LONG).endpoints()).as(name).isEmpty();
            }
        }
    }
}
