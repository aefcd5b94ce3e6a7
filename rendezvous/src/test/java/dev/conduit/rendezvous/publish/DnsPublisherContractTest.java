package dev.conduit.rendezvous.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.nameserver.NameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

/** Hosts that publish in a zone; the name server is Debian's. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DnsPublisherContractTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SERVICES = "_conduit._tcp.www.lab.test";
    private static final String OTHER_SECRET = Base64.getEncoder().encodeToString(new byte[32]);

    private final NameServer.Kind kind;
    private final List<DnsPublisher> open = new ArrayList<>();
    private NameServer server;

    DnsPublisherContractTest(NameServer.Kind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void start() throws IOException {
        server = NameServer.start(kind, "taken IN A 10.0.0.9\nalias IN CNAME taken\n");
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void withdraw() throws IOException {
        open.forEach(DnsPublisher::close);
        assertThat(server.records("www.lab.test", Type.A)).isEmpty();
        assertThat(server.records(SERVICES, Type.TXT)).isEmpty();
    }

    @Test
    void shouldPublishChangeAndWithdraw() throws Exception {
        DnsPublisher publisher = publisher("h1", new PublishedService("www.lab.test", Optional.of("www"),
                List.of(InetAddress.getByName("10.0.0.1"), InetAddress.getByName("fd09::1")), List.of(80, 8080),
                List.of(443)));
        assertSettles(publisher);
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.1");
        assertThat(server.records("www.lab.test", Type.AAAA)).containsExactly("fd09:0:0:0:0:0:0:1");
        assertThat(server.records("h1.www.lab.test", Type.A)).containsExactly("10.0.0.1");
        assertThat(server.records(SERVICES, Type.SRV)).containsExactly(
                "0 1 80 h1.www.lab.test.", "0 1 8080 h1.www.lab.test.");
        assertThat(server.records("_conduit-tls._tcp.www.lab.test", Type.SRV)).containsExactly(
                "0 1 443 h1.www.lab.test.");
        assertThat(server.records(SERVICES, Type.TXT)).containsExactly("conduit=www host=h1");

        publisher.publish(service("10.0.0.2"));
        assertSettles(publisher);
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.2");
        assertThat(server.records("www.lab.test", Type.AAAA)).isEmpty();
        assertThat(server.records("_conduit-tls._tcp.www.lab.test", Type.SRV)).isEmpty();

        publisher.withdraw("www.lab.test");
        assertSettles(publisher);
        assertThat(server.records("h1.www.lab.test", Type.A)).isEmpty();
        assertThat(server.records(SERVICES, Type.SRV)).isEmpty();
    }

    @Test
    void shouldTouchOnlyOwnRecordsOfSharedName() throws Exception {
        DnsPublisher first = publisher("h1", service("10.0.0.1"));
        DnsPublisher second = publisher("h2", service("10.0.0.2"));
        assertSettles(first);
        assertSettles(second);
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(server.records(SERVICES, Type.SRV)).hasSize(2);
        assertThat(server.records(SERVICES, Type.TXT)).hasSize(2);
        first.close();
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.2");
        assertThat(server.records(SERVICES, Type.SRV)).containsExactly("0 1 80 h2.www.lab.test.");
        assertThat(server.records(SERVICES, Type.TXT)).containsExactly("conduit=www host=h2");
    }

    @Test
    void shouldAgreeWhenManyHostsComeAtOnce() throws Exception {
        for (int host = 0; host < 6; host++) {
            publisher("m" + host, service("10.0.1." + host));
        }
        for (DnsPublisher publisher : open) {
            assertSettles(publisher);
        }
        assertThat(server.records("www.lab.test", Type.A)).hasSize(6);
        assertThat(server.records(SERVICES, Type.TXT)).hasSize(6);
    }

    @Test
    void shouldRemoveWhatDeadRunLeft() throws Exception {
        DnsPublisher dead = DnsPublisher.start(
                options("h1").withCloseTimeout(Duration.ZERO), List.of(service("10.0.0.1"), named("old.lab.test")));
        assertSettles(dead);
        dead.close();
        assertThat(server.records("old.lab.test", Type.A)).hasSize(1);
        DnsPublisher next = publisher("h1", service("10.0.0.3"));
        assertSettles(next);
        assertThat(server.records("old.lab.test", Type.A)).isEmpty();
        assertThat(server.records("_conduit._tcp.old.lab.test", Type.TXT)).isEmpty();
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.3");
        assertThat(server.records("h1.www.lab.test", Type.A)).containsExactly("10.0.0.3");
    }

    @Test
    void shouldPutBackWhatSomebodyRemoved() throws Exception {
        DnsPublisher publisher = publisher("h1", service("10.0.0.1"));
        assertSettles(publisher);
        DnsPublisher sameHost = DnsPublisher.start(options("h1"), List.of());
        assertSettles(sameHost);
        assertThat(server.records("www.lab.test", Type.A)).isEmpty();
        await().atMost(LONG).until(() -> !server.records("www.lab.test", Type.A).isEmpty());
        sameHost.close();
    }

    @Test
    void shouldNotMixWithForeignRecords() throws Exception {
        DnsPublisher publisher = publisher("h1", named("taken.lab.test"), named("alias.lab.test"), service("10.0.0.1"));
        await().atMost(LONG).until(() -> publisher.problems().size() == 2
                && !server.records("www.lab.test", Type.A).isEmpty());
        assertThat(publisher.problems()).contains(
                "taken.lab.test has records that no host of Conduit's made; they stay, and it is not published");
        assertThat(publisher.awaitSettled(Duration.ZERO)).isFalse();
        publisher.close();
        assertThat(server.records("taken.lab.test", Type.A)).containsExactly("10.0.0.9");
    }

    @Test
    void shouldPublishManyServices() throws Exception {
        List<PublishedService> services = IntStream.range(0, 50).mapToObj(i -> named("s" + i + ".lab.test")).toList();
        DnsPublisher publisher = DnsPublisher.start(options("h1").withCloseTimeout(LONG), services);
        open.add(publisher);
        assertSettles(publisher);
        assertThat(server.records("s49.lab.test", Type.A)).hasSize(1);
        publisher.close();
        assertThat(server.records("s49.lab.test", Type.A)).isEmpty();
        assertThat(server.records("s0.lab.test", Type.A)).isEmpty();
    }

    @Test
    void shouldNameTheErrorInRfcWords() throws Exception {
        TsigKey right = key("conduit", server.secret());
        String where = "DNS zone lab.test at 127.0.0.1:" + server.address().getPort() + ": ";
        assertProblem(key("stranger", OTHER_SECRET), "lab.test",
                where + "BADKEY (NOTAUTH): the server does not know key stranger (hmac-sha256)");
        assertProblem(key("conduit", OTHER_SECRET), "lab.test",
                where + "BADSIG (NOTAUTH): the server has another secret for key conduit (hmac-sha256)");
        assertProblem(right.at(Clock.offset(Clock.systemUTC(), Duration.ofHours(1))), "lab.test",
                where + "BADTIME (NOTAUTH): the clocks of this host and the server are more than 300 s apart");
        assertProblem(key("powerless", server.secret()), "lab.test", where + powerlessProblem());
    }

    /** What the server says when the key is right and may not update. */
    abstract String powerlessProblem();

    @Test
    void shouldSayThatServerDoesNotHaveZone() throws Exception {
        PublisherOptions options =
                PublisherOptions.of(server.address(), "other.test", key("conduit", server.secret()), "h1")
                        .withCloseTimeout(Duration.ZERO);
        try (DnsPublisher publisher = DnsPublisher.start(options, List.of(named("www.other.test")))) {
            await().atMost(LONG).until(() -> !publisher.problems().isEmpty());
            assertThat(publisher.problems().get(0))
                    .matches("DNS zone other.test at 127.0.0.1:[0-9]+: (REFUSED|NOTAUTH|NOTZONE|BADKEY).*");
        }
    }

    @Test
    void shouldTryAgainWhenServerComesBack() throws Exception {
        server.kill();
        DnsPublisher publisher = publisher("h1", service("10.0.0.1"));
        await().atMost(LONG).until(() -> !publisher.problems().isEmpty());
        assertThat(publisher.problems().get(0)).contains(" got no answer");
        server.start();
        assertSettles(publisher);
        assertThat(publisher.problems()).isEmpty();
        assertThat(server.records("www.lab.test", Type.A)).containsExactly("10.0.0.1");
    }

    @Test
    void shouldNotBelieveAnswersWithoutRightSignature() throws Exception {
        TsigKey right = key("conduit", server.secret());
        try (ForgingServer unsigned = new ForgingServer(null);
                ForgingServer wrong = new ForgingServer(key("conduit", OTHER_SECRET).tsig())) {
            for (ForgingServer forging : List.of(unsigned, wrong)) {
                PublisherOptions options = PublisherOptions.of(forging.address(), "lab.test", right, "h1")
                        .withCloseTimeout(Duration.ZERO);
                try (DnsPublisher publisher = DnsPublisher.start(options, List.of(service("10.0.0.1")))) {
                    await().atMost(LONG).until(() -> !publisher.problems().isEmpty());
                    assertThat(publisher.problems().get(0)).contains(
                            "is not signed with key conduit (hmac-sha256): it is forged, or the server does not know");
                    assertThat(publisher.awaitSettled(Duration.ZERO)).isFalse();
                    assertThat(forging.questions()).isPositive();
                    assertThat(forging.updates()).isZero();
                }
            }
        }
    }

    @Test
    void shouldCheckNamesBeforeAnythingIsSent() throws Exception {
        DnsPublisher publisher = publisher("h1");
        assertThatThrownBy(() -> publisher.publish(named("www.example.test")))
                .hasMessage("service www.example.test is not below the zone lab.test");
        assertThatThrownBy(() -> publisher.publish(named("lab.test")))
                .hasMessage("service lab.test is not below the zone lab.test");
        String longName = ("a".repeat(60) + ".").repeat(4) + "lab.test";
        assertThatThrownBy(() -> publisher.publish(named(longName))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is longer than DNS allows, 255 bytes");
        publisher.close();
        assertThatThrownBy(() -> publisher.publish(service("10.0.0.1")))
                .isInstanceOf(IllegalStateException.class).hasMessage("the DNS publisher of host h1 is closed");
    }

    private void assertProblem(TsigKey key, String zone, String problem) {
        PublisherOptions options =
                PublisherOptions.of(server.address(), zone, key, "h1").withCloseTimeout(Duration.ZERO);
        try (DnsPublisher publisher = DnsPublisher.start(options, List.of(named("www." + zone)))) {
            await().atMost(LONG).until(() -> !publisher.problems().isEmpty());
            assertThat(publisher.problems()).containsExactly(problem);
        }
    }

    private static void assertSettles(DnsPublisher publisher) throws InterruptedException {
        assertThat(publisher.awaitSettled(LONG)).as(() -> publisher.problems().toString()).isTrue();
    }

    private DnsPublisher publisher(String hostId, PublishedService... services) {
        DnsPublisher publisher = DnsPublisher.start(options(hostId), List.of(services));
        open.add(publisher);
        return publisher;
    }

    private PublisherOptions options(String hostId) {
        InetSocketAddress address = server.address();
        return PublisherOptions.of(address, "lab.test", key("conduit", server.secret()), hostId)
                .withRefresh(Duration.ofSeconds(1)).withCloseTimeout(Duration.ofSeconds(30));
    }

    private static TsigKey key(String name, String secret) {
        return TsigKey.of(name, "hmac-sha256", secret);
    }

    private static PublishedService named(String dnsName) {
        return new PublishedService(
                dnsName, Optional.empty(), List.of(InetAddress.getLoopbackAddress()), List.of(80), List.of());
    }

    private static PublishedService service(String address) throws UnknownHostException {
        return new PublishedService("www.lab.test", Optional.of("www"), List.of(InetAddress.getByName(address)),
                List.of(80), List.of());
    }
}
