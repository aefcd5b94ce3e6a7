package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Names of others, and upstream servers that answer well, badly, or not at all. */
@Timeout(120)
class ForwarderTest {

    private static final String ADDRESS = "www.example.org. 300 A 203.0.113.5\n";

    private static final Function<Message, Message> GOOD = query -> FakeUpstream.reply(query, Rcode.NOERROR,
            query.getQuestion().getName() + " 300 A 203.0.113.5\n", "");

    private static DnsOptions forwarding(FakeUpstream... upstreams) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (FakeUpstream each : upstreams) {
            servers.add(each.address());
        }
        return Servers.lab().withForwarders(servers).withForwardTimeout(LONG)
                .withSourceDeadline(Duration.ofMinutes(1));
    }

    private static FakeUpstream silent() throws IOException {
        return new FakeUpstream(query -> List.of(), GOOD);
    }

    @ParameterizedTest
    @MethodSource("dev.conduit.rendezvous.dns.DnsServerTest#transports")
    void shouldForwardAndKeepAnswer(Transport transport) throws IOException {
        try (FakeUpstream upstream = FakeUpstream.saying(GOOD);
                DnsServer server = DnsServer.start(forwarding(upstream), transport);
                DnsClient client = new DnsClient(Servers.address(server))) {
            for (int i = 0; i < 3; i++) {
                Message reply = client.ask(i == 0 ? "WWW.example.ORG" : "www.Example.org", Type.A);
                assertThat(reply.getRcode()).isEqualTo(Rcode.NOERROR);
                assertThat(reply.getHeader().getFlag(Flags.RA)).isTrue();
                assertThat(reply.getHeader().getFlag(Flags.AA)).isFalse();
                assertThat(reply.getQuestion().getName().toString())
                        .isEqualTo(i == 0 ? "WWW.example.ORG." : "www.Example.org.");
                assertThat(reply.getSection(Section.ANSWER)).hasSize(1)
                        .allSatisfy(each -> assertThat(each.getTTL()).isBetween(200L, 300L));
                assertThat(reply.getOPT()).isNull();
            }
            assertThat(upstream.queries()).hasSize(1)
                    .allSatisfy(each -> assertThat(each.getHeader().getFlag(Flags.RD)).isTrue())
                    .allSatisfy(each -> assertThat(each.getOPT()).isNotNull());
            assertThat(client.ask("www.lab.test", Type.A).getHeader().getFlag(Flags.AA)).isTrue();
        }
    }

    @Test
    void shouldRefuseStrangersAndQueriesThatWantNoRecursion() throws IOException {
        try (FakeUpstream upstream = FakeUpstream.saying(GOOD);
                DnsServer server = DnsServer.start(forwarding(upstream)
                        .withForwardClients(List.of(ClientNetwork.parse("10.0.0.0/8"))));
                DnsClient client = new DnsClient(Servers.address(server))) {
            Message reply = client.ask("www.example.org", Type.A);
            assertThat(reply.getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(reply.getHeader().getFlag(Flags.RA)).isFalse();
            assertThat(upstream.queries()).isEmpty();
        }
        try (FakeUpstream upstream = FakeUpstream.saying(GOOD);
                DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server))) {
            Message query = Ask.query("www.example.org", Type.A);
            query.getHeader().unsetFlag(Flags.RD);
            client.send(query.toWire());
            assertThat(client.receive().getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(upstream.queries()).isEmpty();
        }
    }

    @Test
    void shouldFollowAliasOutOfTheZone() throws IOException {
        try (FakeUpstream upstream = FakeUpstream.saying(query -> FakeUpstream.reply(query, Rcode.NOERROR,
                "www.example.org. 300 CNAME cdn.example.org.\ncdn.example.org. 300 A 203.0.113.5\n", ""));
                DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server))) {
            Message reply = client.ask("outside.lab.test", Type.A);
            assertThat(reply.getSection(Section.ANSWER)).extracting(each -> each.getName() + " " + Type.string(each.getType()))
                    .containsExactly("outside.lab.test. CNAME", "www.example.org. CNAME", "cdn.example.org. A");
        }
    }

    @Test
    void shouldKeepDenialsForAsLongAsTheySay() throws IOException {
        try (FakeUpstream upstream = FakeUpstream.saying(query -> FakeUpstream.reply(query, Rcode.NXDOMAIN, "",
                "example.org. 300 SOA a. b. 1 1 1 1 " + (query.getQuestion().toString().startsWith("0") ? 0 : 100) + "\n"));
                DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server))) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask("kept.example.org", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            }
            assertThat(upstream.queries()).hasSize(1);
            for (int i = 0; i < 3; i++) {
                Message reply = client.ask("0.example.org", Type.A);
                assertThat(reply.getRcode()).isEqualTo(Rcode.NXDOMAIN);
                assertThat(reply.getSection(Section.AUTHORITY)).hasSize(1);
            }
            assertThat(upstream.queries()).hasSize(4);
        }
    }

    @Test
    void shouldAskNextServerWhenOneIsSilentOrFails() throws IOException {
        try (FakeUpstream silent = silent();
                FakeUpstream failing = FakeUpstream.saying(query -> FakeUpstream.reply(query, Rcode.SERVFAIL, "", ""));
                FakeUpstream refusing = FakeUpstream.saying(query -> FakeUpstream.reply(query, Rcode.REFUSED, "", ""));
                FakeUpstream good = FakeUpstream.saying(GOOD);
                DnsServer server = DnsServer.start(forwarding(silent, failing, refusing, good)
                        .withForwardTimeout(Duration.ofSeconds(5)));
                DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(client.ask("a.example.org", Type.A).getSection(Section.ANSWER)).hasSize(1);
            assertThat(client.ask("b.example.org", Type.A).getSection(Section.ANSWER)).hasSize(1);
            assertThat(silent.queries()).as("the good one is asked first now").hasSize(1);
            assertThat(good.queries()).hasSize(2);
        }
    }

    @Test
    void shouldFailWhenNoServerAnswers() throws IOException {
        InetSocketAddress nobody;
        try (FakeUpstream gone = silent()) {
            nobody = gone.address();
        }
        try (FakeUpstream failing = FakeUpstream.saying(query -> FakeUpstream.reply(query, Rcode.SERVFAIL, "", ""));
                DnsServer server = DnsServer.start(forwarding(failing)
                        .withForwarders(List.of(nobody, failing.address())));
                DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(client.ask("www.example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(failing.queries()).hasSize(2);
        }
        try (FakeUpstream silent = silent();
                DnsServer server = DnsServer.start(forwarding(silent).withSourceDeadline(Duration.ofMillis(100)));
                DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(client.ask("www.example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @Test
    void shouldFetchTruncatedReplyOverTcp() throws IOException {
        Function<Message, Message> large = query -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append(query.getQuestion().getName()).append(" 300 TXT \"").append(i).append("x".repeat(100))
                        .append("\"\n");
            }
            return FakeUpstream.reply(query, Rcode.NOERROR, text.toString(), "");
        };
        try (FakeUpstream upstream = new FakeUpstream(query -> {
            Message cut = FakeUpstream.reply(query, Rcode.NOERROR, "", "");
            cut.getHeader().setFlag(Flags.TC);
            return List.of(cut.toWire());
        }, large); DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server));
                DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
            assertThat(client.ask("large.example.org", Type.TXT).getHeader().getFlag(Flags.TC)).isTrue();
            tcp.send(Ask.query("large.example.org", Type.TXT));
            assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(40);
            assertThat(upstream.queries()).hasSize(1);
        }
    }

    /** Wrong id, another name, another type, no reply at all, two questions, junk: all before the real one. */
    @Test
    void shouldBelieveOnlyWhatAnswersItsQuestion() throws IOException {
        try (FakeUpstream upstream = new FakeUpstream(query -> {
            List<byte[]> replies = new ArrayList<>();
            String forged = "www.example.org. 300 A 198.51.100.66\n";
            byte[] wrongId = FakeUpstream.reply(query, Rcode.NOERROR, forged, "").toWire();
            wrongId[1] ^= 1;
            replies.add(wrongId);
            Message otherName = FakeUpstream.reply(query, Rcode.NOERROR, forged, "");
            otherName.removeAllRecords(Section.QUESTION);
            otherName.addRecord(FakeUpstream.question("evil.example.org", Type.A), Section.QUESTION);
            replies.add(otherName.toWire());
            Message otherType = FakeUpstream.reply(query, Rcode.NOERROR, forged, "");
            otherType.removeAllRecords(Section.QUESTION);
            otherType.addRecord(FakeUpstream.question("www.example.org", Type.AAAA), Section.QUESTION);
            replies.add(otherType.toWire());
            Message noReply = FakeUpstream.reply(query, Rcode.NOERROR, forged, "");
            noReply.getHeader().unsetFlag(Flags.QR);
            replies.add(noReply.toWire());
            replies.add(new byte[] {1, 2, 3});
            byte[] cut = FakeUpstream.reply(query, Rcode.NOERROR, forged, "").toWire();
            replies.add(Arrays.copyOf(cut, cut.length - 3));
            replies.add(FakeUpstream.reply(query, Rcode.NOERROR, ADDRESS, "").toWire());
            return replies;
        }, GOOD); DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(Ask.texts(client.ask("www.example.org", Type.A), Section.ANSWER))
                    .containsExactly("www.example.org. 300 A 203.0.113.5");
        }
    }

    @Test
    void shouldDrawIdsAndPortsAnew() throws IOException {
        try (FakeUpstream upstream = FakeUpstream.saying(GOOD);
                DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server))) {
            for (int i = 0; i < 2000; i++) {
                assertThat(client.ask("n" + i + ".example.org", Type.A).getSection(Section.ANSWER)).hasSize(1);
            }
            assertThat(upstream.queries()).as("no reply was lost").hasSize(2000);
            assertThat(new HashSet<>(upstream.clients())).hasSizeGreaterThan(1500);
            assertThat(upstream.queries().stream().map(each -> each.getHeader().getID()).distinct())
                    .hasSizeGreaterThan(1500);
        }
    }

    @Test
    void shouldAskOnceForAllWhoAskTheSame() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeUpstream upstream = FakeUpstream.saying(query -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return GOOD.apply(query);
        }); DnsServer server = DnsServer.start(forwarding(upstream));
                DnsClient client = new DnsClient(Servers.address(server));
                DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
            for (int i = 0; i < 100; i++) {
                client.send(Ask.query("www.example.org", Type.A).toWire());
                tcp.send(Ask.query("www.example.org", Type.A));
            }
            asked.await();
            tcp.send(Ask.query("www.lab.test", Type.AAAA));
            await().atMost(LONG).until(() -> tcp.socket().getInputStream().available() > 0);
            answer.countDown();
            for (int i = 0; i < 100; i++) {
                assertThat(client.receive().getSection(Section.ANSWER)).hasSize(1);
            }
            for (int i = 0; i < 101; i++) {
                assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(1);
            }
            assertThat(upstream.queries()).hasSize(1);
        }
    }
}
