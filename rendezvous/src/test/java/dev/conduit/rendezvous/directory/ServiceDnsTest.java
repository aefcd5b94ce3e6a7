package dev.conduit.rendezvous.directory;

import static dev.conduit.rendezvous.directory.DirectoryFixture.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.DnsSettings;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.GuestSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Queries for services, over the wire. */
@Timeout(180)
final class ServiceDnsTest {

    private static final String ADDRESS = "10.9.0.10";
    private static final int ASKERS = 200;

    private DirectoryFixture local;
    private Directory directory;
    private ServiceDns dns;

    @BeforeEach
    void open() throws Exception {
        local = new DirectoryFixture();
        directory = local.directory(configuration(settings(Optional.empty()), www("www", DirectoryFixture.LONG)));
        dns = ServiceDns.start(directory, directory.configuration().dns().orElseThrow(), "h1");
    }

    @AfterEach
    void close() throws IOException {
        dns.close();
        local.close();
    }

    private static Configuration configuration(DnsSettings settings, ServiceSettings... services) {
        Configuration plain = Configurations.of(services);
        return new Configuration(Optional.of(settings), plain.front(), plain.limits(), plain.services());
    }

    private static DnsSettings settings(Optional<DnsSettings.Update> update) {
        return new DnsSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "lab.test",
                Duration.ofSeconds(5), Duration.ofSeconds(59), List.of(), update);
    }

    /** Ready as soon as somebody writes {@code /test/ready}. */
    private static ServiceSettings www(String name, Duration within) throws IOException {
        return Configurations.service(new GuestSpec(name, List.of(InetAddress.getByName(ADDRESS)), Map.of()), 0, false,
                new Readiness.Key("/test/ready", Optional.empty(), within), Optional.empty());
    }

    private Message ask(String name, int type) throws IOException {
        SimpleResolver resolver = new SimpleResolver(dns.addresses().get(0));
        resolver.setTimeout(DirectoryFixture.LONG);
        return resolver.send(query(name, type));
    }

    private static Message query(String name, int type) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
    }

    private static List<String> answers(Message reply) {
        return reply.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    private long starts() {
        return local.launcher.calls.stream().filter(call -> call.startsWith("start ")).count();
    }

    @Test
    void shouldBootOnceAndAnswerAllWhenItIsReady() throws Exception {
        SimpleResolver resolver = new SimpleResolver(dns.addresses().get(0));
        resolver.setTimeout(DirectoryFixture.LONG);
        List<CompletableFuture<Message>> asked = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            asked.add(resolver.sendAsync(query("www.lab.test", Type.A)).toCompletableFuture());
        }
        awaitState(directory, "www", ServiceState.WAITING);
        assertThat(asked).noneMatch(CompletableFuture::isDone);

        local.dom0.write("/test/ready", "");
        for (CompletableFuture<Message> reply : asked) {
            assertThat(answers(reply.get(60, TimeUnit.SECONDS))).containsExactly(ADDRESS);
        }
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void shouldNotBootForWhatItKnowsWithout() throws Exception {
        Message sixth = ask("www.lab.test", Type.AAAA);
        assertThat(sixth.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answers(sixth)).isEmpty();
        assertThat(sixth.getSection(Section.AUTHORITY)).hasSize(1);
        assertThat(answers(ask("_conduit._tcp.www.lab.test", Type.SRV))).containsExactly("0 1 80 www.lab.test.");
        TXTRecord text = (TXTRecord) ask("_conduit._TCP.WWW.lab.test", Type.TXT).getSection(Section.ANSWER).get(0);
        assertThat(text.getStrings()).containsExactly("conduit=www", "host=h1");
        assertThat(answers(ask("10.0.9.10.in-addr.arpa", Type.PTR))).containsExactly("www.lab.test.");
        assertThat(ask("www", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(ask("other.lab.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(starts()).isZero();
    }

    @Test
    void shouldSayThatAServiceCannotBeHad() throws Exception {
        directory.configure(configuration(settings(Optional.empty()), www("www", Duration.ofMillis(100))));
        dns.follow();
        assertThat(ask("www.lab.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void shouldCountWhatItAnswers() throws Exception {
        local.dom0.write("/test/ready", "");
        ask("www.lab.test", Type.A);
        ask("www.lab.test", Type.AAAA);
        ask("other.lab.test", Type.A);
        SimpleResolver tcp = new SimpleResolver(dns.addresses().get(0));
        tcp.setTCP(true);
        tcp.setTimeout(DirectoryFixture.LONG);
        tcp.send(query("example.org", Type.A));
        assertThat(directory.counters()).containsAllEntriesOf(Map.of("directory.asks", 1L, "directory.starts", 1L,
                "directory.failures", 0L, "directory.waiting", 0L, "dns.queries-udp", 3L, "dns.queries-tcp", 1L,
                "dns.answers-noerror", 2L, "dns.answers-nxdomain", 1L, "dns.answers-refused", 1L, "dns.limited", 0L))
                .containsEntry("dns.waiting", 0L);
    }

    @Test
    void shouldFollowTheConfiguration() throws Exception {
        directory.configure(configuration(settings(Optional.empty()), www("shop", DirectoryFixture.LONG)));
        dns.follow();
        local.dom0.write("/test/ready", "");
        assertThat(ask("www.lab.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answers(ask("shop.lab.test", Type.A))).containsExactly(ADDRESS);
        assertThat(answers(ask("10.0.9.10.in-addr.arpa", Type.PTR))).containsExactly("shop.lab.test.");
    }

    @Test
    void shouldGiveTheAddressThatServicesShare() throws Exception {
        directory.configure(configuration(settings(Optional.empty()), www("www", DirectoryFixture.LONG),
                www("shop", DirectoryFixture.LONG)));
        dns.follow();
        local.dom0.write("/test/ready", "");
        assertThat(answers(ask("www.lab.test", Type.A))).containsExactly(ADDRESS);
        assertThat(starts()).as("the one that was asked for").isEqualTo(1);
        assertThat(answers(ask("shop.lab.test", Type.A))).containsExactly(ADDRESS);
        assertThat(answers(ask("10.0.9.10.in-addr.arpa", Type.PTR))).containsExactlyInAnyOrder("www.lab.test.", "shop.lab.test.");
    }

    @Test
    void shouldRefuseAKeyThatIsNone() throws Exception {
        DnsSettings wrong = settings(Optional.of(new DnsSettings.Update(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), "md5:jitsud:c2VjcmV0")));
        assertThatThrownBy(() -> ServiceDns.start(directory, wrong, "h1"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("algorithm 'md5' is not one of");
    }
}
