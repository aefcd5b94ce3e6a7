package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static dev.conduit.rendezvous.dns.ZoneTexts.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Names that a source answers: now, later, never, or by failing. */
@Timeout(120)
class LiveNamesTest {

    private static final DnsAnswer ADDRESS = address("10.9.0.10");

    private final CompletableFuture<DnsAnswer> pending = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<String> lookups = new ConcurrentLinkedQueue<>();

    private static DnsAnswer address(String text) {
        try {
            return DnsAnswer.ofAddresses(name("any"), Duration.ofSeconds(5), List.of(InetAddress.getByName(text)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<DnsAnswer> slow(org.xbill.DNS.Name name, int type) {
        lookups.add(name + " " + Type.string(type));
        return pending;
    }

    private static DnsSource now(DnsAnswer answer) {
        return (name, type) -> CompletableFuture.completedFuture(answer);
    }

    private static Message once(DnsSource source, String name, int type) throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab(source));
                DnsClient client = new DnsClient(Servers.address(server))) {
            return client.ask(name, type);
        }
    }

    @Test
    void shouldAnswerAtOnce() throws IOException {
        Message reply = once(now(ADDRESS), "live.lab.test", Type.A);
        assertThat(Ask.texts(reply, Section.ANSWER)).containsExactly("live.lab.test. 5 A 10.9.0.10");
        Message noData = once(now(ADDRESS), "live.lab.test", Type.AAAA);
        assertThat(noData.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(noData.getSection(Section.ANSWER)).isEmpty();
        assertThat(noData.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void shouldDenyFallBackToWildcardAndFail() throws IOException {
        assertThat(once(now(DnsAnswer.noSuchName()), "live.lab.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(Ask.texts(once(now(DnsAnswer.noSuchName()), "x.wild.lab.test", Type.A), Section.ANSWER))
                .containsExactly("x.wild.lab.test. 300 A 192.0.2.77");
        assertThat(Ask.texts(once(now(ADDRESS), "x.wild.lab.test", Type.A), Section.ANSWER))
                .containsExactly("x.wild.lab.test. 5 A 10.9.0.10");
        assertThat(once(now(DnsAnswer.outOfResources()), "live.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(once(now(null), "live.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(once((name, type) -> null, "live.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(once((name, type) -> CompletableFuture.failedFuture(new IOException("no memory")), "live.lab.test",
                Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(once((name, type) -> {
            throw new IllegalStateException("broken");
        }, "live.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void shouldAskOnlyForWhatTheZoneLacks() throws IOException {
        DnsSource counting = (name, type) -> {
            lookups.add(name + " " + Type.string(type));
            return CompletableFuture.completedFuture(ADDRESS);
        };
        try (DnsServer server = DnsServer.start(Servers.lab(counting));
                DnsClient client = new DnsClient(Servers.address(server))) {
            client.ask("www.lab.test", Type.A);
            client.ask("www.lab.test", Type.MX);
            client.ask("x.sub.lab.test", Type.A);
            client.ask("live.lab.test", Type.ANY);
            client.ask("www.example.org", Type.A);
            assertThat(lookups).isEmpty();
            client.ask("LIVE.lab.test", Type.A);
            client.ask("b.c.lab.test", Type.TXT);
            assertThat(lookups).containsExactly("LIVE.lab.test. A", "b.c.lab.test. TXT");
        }
    }

    @Test
    void shouldFollowAliasesBetweenZoneAndSource() throws IOException {
        DnsSource source = (name, type) -> CompletableFuture.supplyAsync(() -> switch (name.toString()) {
            case "nowhere.lab.test." -> DnsAnswer.of(ZoneTexts.records(name, "@ 5 CNAME second.lab.test.\n"));
            case "second.lab.test." -> DnsAnswer.of(ZoneTexts.records(name, "@ 5 CNAME www.lab.test.\n"));
            default -> DnsAnswer.noSuchName();
        });
        assertThat(Ask.texts(once(source, "dangling.lab.test", Type.AAAA), Section.ANSWER)).containsExactly(
                "dangling.lab.test. 300 CNAME nowhere.lab.test.", "nowhere.lab.test. 5 CNAME second.lab.test.",
                "second.lab.test. 5 CNAME www.lab.test.", "www.lab.test. 300 AAAA 2001:db8:0:0:0:0:0:10");
    }

    @Test
    void shouldEndLoopThroughSource() throws IOException {
        DnsSource source = (name, type) -> CompletableFuture.supplyAsync(
                () -> DnsAnswer.of(ZoneTexts.records(name, "@ 5 CNAME x." + name + "\n")));
        try (DnsServer server = DnsServer.start(Servers.lab(source));
                DnsClient.Tcp client = new DnsClient.Tcp(Servers.address(server))) {
            client.send(Ask.query("x.lab.test", Type.A));
            assertThat(client.receive().getSection(Section.ANSWER)).hasSize(Responder.MAX_ALIASES + 1)
                    .allSatisfy(each -> assertThat(each.getType()).isEqualTo(Type.CNAME));
        }
    }

    @Test
    void shouldAnswerLaterOverUdpAndTcp() throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab(this::slow).withSourceDeadline(LONG));
                DnsClient client = new DnsClient(Servers.address(server));
                DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
            client.send(Ask.query("late.lab.test", Type.A).toWire());
            await().atMost(LONG).until(() -> lookups.size() == 1);
            tcp.send(Ask.query("late.lab.test", Type.A));
            tcp.send(Ask.query("www.lab.test", Type.AAAA));
            assertThat(tcp.receive().getSection(Section.ANSWER)).as("overtakes").hasSize(1)
                    .allSatisfy(each -> assertThat(each.getType()).isEqualTo(Type.AAAA));
            pending.complete(ADDRESS);
            assertThat(client.receive().getSection(Section.ANSWER)).hasSize(1);
            assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(1);
            assertThat(lookups).hasSize(1);
        }
    }

    @Test
    void shouldFailWhenSourceIsSilentAndAskAgainNextTime() throws IOException {
        try (DnsServer server = DnsServer.start(Servers.lab(this::slow).withSourceDeadline(Duration.ofMillis(50)));
                DnsClient client = new DnsClient(Servers.address(server))) {
            assertThat(client.ask("late.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(client.ask("late.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(lookups).hasSize(2);
            pending.complete(ADDRESS);
            assertThat(client.ask("late.lab.test", Type.A).getSection(Section.ANSWER)).hasSize(1);
        }
    }

    @Test
    void shouldFailWhatIsTooMuchToKeepAndWhoWaitsAtClose() throws IOException {
        DnsServer server = DnsServer.start(Servers.lab(this::slow).withMaxWaiting(3).withSourceDeadline(LONG));
        try (DnsClient client = new DnsClient(Servers.address(server))) {
            for (int i = 0; i < 3; i++) {
                client.send(Ask.query("late" + i + ".lab.test", Type.A).toWire());
            }
            await().atMost(LONG).until(() -> lookups.size() == 3);
            assertThat(client.ask("late0.lab.test", Type.A).getRcode()).as("one more waits").isEqualTo(Rcode.SERVFAIL);
            assertThat(client.ask("late9.lab.test", Type.A).getRcode()).as("one more question").isEqualTo(Rcode.SERVFAIL);
            assertThat(lookups).hasSize(3);
            server.close();
            for (int i = 0; i < 3; i++) {
                assertThat(client.receive().getRcode()).isEqualTo(Rcode.SERVFAIL);
            }
        } finally {
            server.close();
        }
    }

    /** Ten thousand clients, who ask again what got lost in full socket buffers, as resolvers do. */
    @Test
    void shouldAnswerStampedeByOneLookup() throws IOException {
        int clients = 10_000;
        int sockets = 5;
        AtomicInteger answered = new AtomicInteger();
        DnsOptions options = Servers.lab(this::slow).withThreads(1).withSourceDeadline(Duration.ofMinutes(1));
        try (DnsServer server = DnsServer.start(options)) {
            List<DnsClient> all = new ArrayList<>();
            BitSet open = new BitSet();
            open.set(0, clients);
            for (int i = 0; i < sockets; i++) {
                all.add(new DnsClient(Servers.address(server)));
                all.get(i).socket().setSoTimeout(50);
            }
            for (int round = 0; !open.isEmpty(); round++) {
                assertThat(round).as("rounds; %d unanswered", open.cardinality()).isLessThan(200);
                for (int id = open.nextSetBit(0); id >= 0; id = open.nextSetBit(id + 1)) {
                    Message query = Ask.query("asleep.lab.test", Type.A);
                    query.getHeader().setID(id);
                    all.get(id % sockets).send(query.toWire());
                }
                if (round == 0) {
                    await().atMost(LONG).until(() -> !lookups.isEmpty());
                    assertThat(lookups).hasSize(1);
                    pending.complete(ADDRESS);
                }
                for (DnsClient client : all) {
                    collect(client, open, answered);
                }
            }
            all.forEach(DnsClient::close);
            assertThat(lookups).allMatch("asleep.lab.test. A"::equals);
            assertThat(answered.get()).isEqualTo(clients);
        }
    }

    private static void collect(DnsClient client, BitSet open, AtomicInteger answered) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        try {
            while (true) {
                client.socket().receive(packet);
                byte[] data = packet.getData();
                assertThat(data[3] & 15).isEqualTo(Rcode.NOERROR);
                assertThat(Wire.u16(data, Wire.ANSWERS)).isEqualTo(1);
                int id = Wire.u16(data, Wire.ID);
                if (open.get(id)) {
                    open.clear(id);
                    answered.incrementAndGet();
                }
            }
        } catch (SocketTimeoutException e) {
            // That was all for this round.
        }
    }
}
