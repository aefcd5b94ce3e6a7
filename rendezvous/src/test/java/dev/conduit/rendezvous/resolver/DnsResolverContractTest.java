package dev.conduit.rendezvous.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.nameserver.NameServer;
import dev.conduit.rendezvous.nameserver.OneCodeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;

/** What DNS says about a name; the name server is Debian's. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DnsResolverContractTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String ZONE = """
            www 20 IN A 10.9.0.10
            www 10 IN AAAA fd09::10
            _conduit._tcp.www IN SRV 1 0 81 h2.www
            _conduit._tcp.www IN SRV 0 0 80 h1.www
            _conduit._tcp.www IN TXT "conduit=www" "host=h1"
            _conduit._tcp.www IN TXT "conduit=web" "host=h2"
            _conduit._tcp.www IN TXT "v=something else"
            h1.www IN A 10.9.0.11
            h2.www IN A 10.9.0.12
            alias IN CNAME www
            alias2 IN CNAME alias
            loop1 IN CNAME loop2
            loop2 IN CNAME loop1
            _conduit._tcp.safe IN SRV 0 0 80 www
            _conduit-tls._tcp.safe IN SRV 0 0 443 h1.www
            _conduit._tcp.closed IN SRV 0 0 0 .
            text IN TXT "no address"
            """ + IntStream.range(0, 90).mapToObj(i -> "many IN A 10.8.0." + i + "\n").collect(Collectors.joining());

    private final NameServer.Kind kind;
    private NameServer server;

    DnsResolverContractTest(NameServer.Kind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void start() throws IOException {
        server = NameServer.start(kind, ZONE);
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void shouldFindAddressesForPort() throws IOException {
        assertThat(find("www.lab.test:80")).containsExactly("tcp://[fd09:0:0:0:0:0:0:10]:80", "tcp://10.9.0.10:80");
        assertThat(find("https://www.lab.test")).containsExactly(
                "tls://[fd09:0:0:0:0:0:0:10]:443", "tls://10.9.0.10:443");
        assertThat(find("alias2.lab.test.:80")).contains("tcp://10.9.0.10:80");
        assertThat(find("10.1.2.3:80")).containsExactly("tcp://10.1.2.3:80");
    }

    @Test
    void shouldFindServicesWithoutPort() throws IOException {
        assertThat(find("www.lab.test")).containsExactly("tcp://10.9.0.11:80", "tcp://10.9.0.12:81");
        assertThat(find("closed.lab.test")).isEmpty();
        assertThat(find("text.lab.test")).isEmpty();
    }

    @Test
    void shouldNotOfferPlainPortWhereTlsIsSpoken() throws IOException {
        assertThat(find("safe.lab.test")).containsExactly("tls://10.9.0.11:443");
    }

    @Test
    void shouldOfferConduitOfThisHostOnly() throws IOException {
        Resolver onH2 = resolver().withHostId(() -> Optional.of("h2"));
        assertThat(find(onH2, "www.lab.test:80")).first().isEqualTo("conduit://web");
        assertThat(find(onH2, "www.lab.test")).containsExactly(
                "conduit://web", "tcp://10.9.0.11:80", "tcp://10.9.0.12:81");
        assertThat(find(onH2, "conduit://www.lab.test")).containsExactly("conduit://web");
        assertThat(find(onH2, "tcp://www.lab.test:80")).noneMatch(text -> text.startsWith("conduit:"));
        assertThat(find(onH2, "https://www.lab.test")).noneMatch(text -> text.startsWith("conduit:"));
        Resolver elsewhere = resolver().withHostId(() -> Optional.of("h3"));
        assertThat(find(elsewhere, "conduit://www.lab.test")).isEmpty();
    }

    @Test
    void shouldSayHowLongItMayBeBelieved() throws IOException {
        assertThat(resolver().resolve(Target.parse("www.lab.test:80"), LONG).ttl()).isEqualTo(Duration.ofSeconds(10));
        Resolution unknown = resolver().resolve(Target.parse("nobody.lab.test:80"), LONG);
        assertThat(unknown.endpoints()).isEmpty();
        assertThat(unknown.ttl()).as("the SOA's minimum").isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void shouldBoundWhatOneNameGives() throws IOException {
        assertThat(find("many.lab.test:80")).hasSize(16).doesNotHaveDuplicates();
    }

    @Test
    void shouldEndLoopsOfAliases() {
        assertThatThrownBy(() -> find("loop1.lab.test:80")).isInstanceOf(IOException.class)
                .hasMessageMatching("DNS answer for loop1.lab.test A+ is of no use: .*"
                        + "|DNS has no answer for loop1.lab.test A+: .* says SERVFAIL");
    }

    @Test
    void shouldAskNextServerWhenOneCannotAnswer() throws IOException {
        for (int code : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, OneCodeServer.SILENT}) {
            try (OneCodeServer useless = new OneCodeServer(code)) {
                DnsResolver resolver = DnsResolver.of(List.of(useless.address(), server.address()));
                assertThat(find(resolver, "www.lab.test:80")).contains("tcp://10.9.0.10:80");
                int asked = useless.questions();
                assertThat(asked).isPositive();
                assertThat(find(resolver, "www.lab.test:81")).contains("tcp://10.9.0.10:81");
                assertThat(useless.questions()).as("the server that answered comes first").isEqualTo(asked);
            }
        }
    }

    @Test
    void shouldSayWhatEachServerSaid() throws IOException {
        try (OneCodeServer failing = new OneCodeServer(Rcode.SERVFAIL);
                OneCodeServer refusing = new OneCodeServer(Rcode.REFUSED)) {
            DnsResolver resolver = DnsResolver.of(List.of(failing.address(), refusing.address()));
            assertThatThrownBy(() -> find(resolver, "www.lab.test:80")).isInstanceOf(IOException.class).hasMessage(
                    "DNS has no answer for www.lab.test A: 127.0.0.1:" + failing.address().getPort()
                            + " says SERVFAIL, 127.0.0.1:" + refusing.address().getPort() + " says REFUSED");
        }
    }

    @Test
    void shouldNotWaitLongerThanAsked() throws IOException {
        try (OneCodeServer silent = new OneCodeServer(OneCodeServer.SILENT)) {
            DnsResolver resolver = DnsResolver.of(List.of(silent.address()));
            assertThatThrownBy(() -> resolver.resolve(Target.parse("www.lab.test:80"), Duration.ofMillis(100)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("DNS has no answer for www.lab.test within 100 ms");
        }
    }

    @Test
    void shouldLookUpAddressesForOrdinaryClients() throws IOException {
        AddressLookup lookup = new AddressLookup(resolver());
        assertThat(lookup.lookup("www.lab.test", LONG)).containsExactly(
                InetAddress.getByName("fd09::10"), InetAddress.getByName("10.9.0.10"));
        assertThat(lookup.lookup("10.1.2.3", LONG)).containsExactly(InetAddress.getByName("10.1.2.3"));
        assertThat(lookup.lookup("localhost", LONG)).contains(InetAddress.getByName("127.0.0.1"));
        assertThatThrownBy(() -> lookup.lookup("text.lab.test", LONG)).isInstanceOf(UnknownHostException.class)
                .hasMessage("'text.lab.test' has no IP address");
        assertThatThrownBy(() -> lookup.lookup("no name", LONG)).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void shouldFailWhenNobodyListens() {
        DnsResolver resolver = DnsResolver.of(List.of(new InetSocketAddress("127.0.0.1", 1)));
        assertThatThrownBy(() -> find(resolver, "www.lab.test:80")).isInstanceOf(IOException.class)
                .hasMessageStartingWith("DNS has no answer for www.lab.test");
    }

    private DnsResolver resolver() {
        return DnsResolver.of(List.of(server.address()));
    }

    private List<String> find(String target) throws IOException {
        return find(resolver(), target);
    }

    private static List<String> find(Resolver resolver, String target) throws IOException {
        return resolver.resolve(Target.parse(target), LONG).endpoints().stream().map(Endpoint::toString).toList();
    }
}
