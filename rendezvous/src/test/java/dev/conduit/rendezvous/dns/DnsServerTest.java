package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Zones over UDP and TCP. */
@Timeout(120)
class DnsServerTest {

    static Stream<Transport> transports() {
        return Stream.of(Transport.epoll(), Transport.nio());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldAnswerOverUdpAndTcp(Transport transport) throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab(), transport);
                DnsClient client = new DnsClient(Servers.address(server));
                DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
            assertThat(server.addresses()).hasSize(1).allSatisfy(each -> assertThat(each.getPort()).isPositive());
            Message cut = client.ask("big.lab.test", Type.TXT);
            assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
            tcp.send(Ask.query("big.lab.test", Type.TXT));
            assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(3);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldAnswerManyQueriesOfOneConnection(Transport transport) throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab(), transport);
                DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Message query = Ask.query("www.lab.test", Type.A);
                ids.add(query.getHeader().getID());
                tcp.send(query);
            }
            tcp.socket().shutdownOutput();
            List<Integer> answered = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answered.add(tcp.receive().getHeader().getID());
            }
            assertThat(answered).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(tcp.ended()).isTrue();
        }
    }

    @Test
    void shouldListenOnSeveralAddresses() throws IOException {
        DnsOptions options = Servers.lab().withListen(List.of(
                new InetSocketAddress("127.0.0.1", 0), new InetSocketAddress("127.0.0.2", 0)));
        try (DnsServer server = DnsServer.start(options)) {
            assertThat(server.addresses()).hasSize(2);
            for (InetSocketAddress address : server.addresses()) {
                try (DnsClient client = new DnsClient(address)) {
                    assertThat(client.ask("www.lab.test", Type.A).getSection(Section.ANSWER)).hasSize(2);
                }
            }
        }
    }

    @Test
    void shouldSayWhichAddressIsTaken() throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab())) {
            InetSocketAddress taken = Servers.address(server);
            assertThatThrownBy(() -> DnsServer.start(Servers.lab().withListen(List.of(taken))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getPort() + " over TCP")
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void shouldServeOtherZonesFromNowOn() throws IOException {
        DnsOptions options = Servers.lab();
        try (DnsServer server = DnsServer.start(options); DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(client.ask("www.lab.test", Type.A).getRcode()).isEqualTo(Rcode.NOERROR);
            Zone other = Zone.of(ZoneTexts.name("other.test"), List.of());
            server.serve(options.withoutZones().withZone(other));
            assertThat(client.ask("www.lab.test", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(client.ask("other.test", Type.SOA).getRcode()).isEqualTo(Rcode.NOERROR);
        }
    }

    @Test
    void shouldRefuseZoneGivenTwice() {
        assertThatThrownBy(() -> Servers.lab().withZone(ZoneTexts.lab())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("zone lab.test. is given twice");
    }

    @Test
    void shouldSendClientOverLimitToTcp() throws IOException {
        DnsOptions options = Servers.lab().withRateLimit(1, 1).withRateLimitExempt(List.of());
        try (DnsServer server = DnsServer.start(options); DnsClient client = new DnsClient(Servers.address(server))) {
            int truncated = 0;
            for (int i = 0; i < 100; i++) {
                Message query = Ask.withEdns(Ask.query("www.lab.test", Type.A), 1232);
                client.send(query.toWire());
                Message reply = client.receive();
                if (reply.getHeader().getFlag(Flags.TC)) {
                    truncated++;
                    assertThat(reply.toWire().length).isLessThanOrEqualTo(query.toWire().length);
                }
            }
            assertThat(truncated).isPositive();
            try (DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
                tcp.send(Ask.query("www.lab.test", Type.A));
                assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(2);
            }
        }
    }

    @Test
    void shouldNotLimitClientsWithACookieOfItsOwn() throws IOException {
        DnsOptions options = Servers.lab().withRateLimit(1, 1).withRateLimitExempt(List.of());
        try (DnsServer server = DnsServer.start(options); DnsClient client = new DnsClient(Servers.address(server))) {
            client.send(Ask.withCookie(Ask.query("www.lab.test", Type.A), new byte[Cookies.CLIENT]).toWire());
            byte[] cookie = Ask.cookie(client.receive());
            assertThat(cookie).hasSize(Cookies.WHOLE);
            byte[] forged = cookie.clone();
            forged[Cookies.WHOLE - 1] ^= 1;
            int limited = 0;
            for (int i = 0; i < 100; i++) {
                client.send(Ask.withCookie(Ask.query("www.lab.test", Type.A), cookie).toWire());
                assertThat(client.receive().getSection(Section.ANSWER)).hasSize(2);
                client.send(Ask.withCookie(Ask.query("www.lab.test", Type.A), forged).toWire());
                Message reply = client.receive();
                limited += reply.getHeader().getFlag(Flags.TC) ? 1 : 0;
                assertThat(Ask.cookie(reply)).as("a new one").isNotEqualTo(forged);
            }
            assertThat(limited).isPositive();
            assertThat(server.counters()).containsEntry("limited", (long) limited);
        }
    }

    /** One that sends a byte now and then is idle, too. */
    @Test
    void shouldCloseConnectionWithoutWholeQuery() throws Exception {
        try (DnsServer server = DnsServer.start(Servers.lab().withTcp(10, Duration.ofMillis(500)));
                DnsClient.Tcp silent = new DnsClient.Tcp(Servers.address(server));
                DnsClient.Tcp slow = new DnsClient.Tcp(Servers.address(server))) {
            byte[] query = new byte[40];
            query[1] = 100;
            Thread dripping = new Thread(() -> {
                try {
                    for (byte b : query) {
                        slow.socket().getOutputStream().write(b);
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException e) {
                    // Closed, as it should be.
                }
            });
            dripping.start();
            assertThat(silent.ended()).isTrue();
            assertThat(slow.ended()).isTrue();
            dripping.interrupt();
            dripping.join(LONG.toMillis());
        }
    }

    @Test
    void shouldMakeRoomByClosingTheConnectionIdleForLongest() throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab().withTcp(3, Duration.ofMinutes(1)))) {
            List<DnsClient.Tcp> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(new DnsClient.Tcp(Servers.address(server)));
                exchange(open.get(i));
            }
            exchange(open.get(0));
            open.add(new DnsClient.Tcp(Servers.address(server)));
            exchange(open.get(3));
            assertThat(open.get(1).ended()).isTrue();
            exchange(open.get(0));
            exchange(open.get(2));
            for (DnsClient.Tcp each : open) {
                each.close();
            }
        }
    }

    private static void exchange(DnsClient.Tcp tcp) throws IOException {
        tcp.send(Ask.query("www.lab.test", Type.A));
        assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(2);
    }

    @Test
    void shouldAnswerOthersWhileOneFloodsWithJunk() throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab()); DnsClient client = new DnsClient(Servers.address(server));
                DnsClient flood = new DnsClient(Servers.address(server))) {
            for (int i = 0; i < 2000; i++) {
                flood.send(new byte[i % 700]);
                if (i % 100 == 0) {
                    assertThat(client.ask("www.lab.test", Type.A).getSection(Section.ANSWER)).hasSize(2);
                }
            }
        }
    }

    @Test
    void shouldCloseTwice() throws IOException {
        DnsServer server = DnsServer.start(Servers.lab());
        server.close();
        server.close();
        InetSocketAddress address = Servers.address(server);
        // Somebody else's connection may have the port for a moment.
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> {
            try (DnsServer next = DnsServer.start(Servers.lab().withListen(List.of(address)))) {
                assertThat(Servers.address(next)).isEqualTo(address);
            }
        });
    }

    @Test
    void shouldCheckOptions() {
        DnsOptions options = DnsOptions.defaults();
        assertThatThrownBy(() -> options.withListen(List.of())).hasMessageContaining("needs an address");
        assertThatThrownBy(() -> options.withThreads(0)).hasMessage("threads 0 is not between 1 and 64");
        assertThatThrownBy(() -> options.withSourceDeadline(Duration.ZERO))
                .hasMessage("source deadline PT0S is not more than 0 and at most PT1M");
        assertThatThrownBy(() -> options.withTcp(0, LONG)).hasMessageContaining("TCP connections 0 is not between");
        assertThatThrownBy(() -> options.withRateLimit(-1, 1)).hasMessageContaining("rate limit -1 is not between");
        assertThatThrownBy(() -> options.withRateLimit(1, 0)).hasMessageContaining("slip 0 is not between");
        assertThatThrownBy(() -> options.withMaxWaiting(0)).hasMessageContaining("waiting queries 0 is not between");
        assertThatThrownBy(() -> options.withForwardTimeout(Duration.ofHours(1))).hasMessageContaining("at most PT1M");
        assertThatThrownBy(() -> options.withCache(-1)).hasMessageContaining("cache of -1 bytes is not between");
        assertThat(options.listen()).containsExactly(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5353));
    }
}
