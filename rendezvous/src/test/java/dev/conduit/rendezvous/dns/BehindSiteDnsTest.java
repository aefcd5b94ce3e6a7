package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Resolvers of a site that ask this server for its zone, as docs/dns.md sets them up. */
@Timeout(180)
class BehindSiteDnsTest {

    @TempDir
    private Path directory;

    private final CompletableFuture<DnsAnswer> booted = new CompletableFuture<>();

    @Test
    void shouldServeBindsClients() throws Exception {
        Programs.require("named", "bind9");
        try (DnsServer server = start()) {
            int port = Programs.freePort();
            Path configuration = Files.writeString(directory.resolve("named.conf"), """
                    options { directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session"; listen-on-v6 { none; };
                              listen-on port %2$d { 127.0.0.1; }; dnssec-validation no; };
                    controls { };
                    zone "lab.test" { type forward; forward only; forwarders { 127.0.0.1 port %3$d; }; };
                    """.formatted(directory, port, Servers.address(server).getPort()));
            check(port, List.of("named", "-g", "-c", configuration.toString()));
        }
    }

    @Test
    void shouldServeDnsmasqsClients() throws Exception {
        Programs.require("dnsmasq", "dnsmasq-base");
        try (DnsServer server = start()) {
            int port = Programs.freePort();
            check(port, List.of("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=" + port,
                    "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", "--user=root",
                    "--pid-file=" + directory.resolve("pid"),
                    "--server=/lab.test/127.0.0.1#" + Servers.address(server).getPort()));
        }
    }

    private DnsServer start() throws IOException {
        return DnsServer.start(Servers.lab((name, type) -> name.toString().startsWith("asleep") ? booted
                : CompletableFuture.completedFuture(DnsAnswer.noSuchName())).withSourceDeadline(Duration.ofSeconds(30)));
    }

    private void check(int port, List<String> command) throws Exception {
        try (OtherServer site = new OtherServer(directory, port, "www.lab.test", command);
                DnsClient client = new DnsClient(site.address())) {
            assertThat(client.ask("chain.lab.test", Type.AAAA).getSection(Section.ANSWER)).hasSize(3);
            assertThat(client.ask("nothing.lab.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(client.ask("big.lab.test", Type.TXT).getRcode()).isEqualTo(Rcode.NOERROR);
            client.send(Ask.query("asleep.lab.test", Type.A).toWire());
            await().atMost(LONG).until(() -> booted.getNumberOfDependents() > 0);
            booted.complete(DnsAnswer.ofAddresses(ZoneTexts.name("asleep.lab.test"), Duration.ofSeconds(5),
                    List.of(InetAddress.getByName("10.9.0.10"))));
            Message reply = client.receive();
            assertThat(Ask.texts(reply, Section.ANSWER)).singleElement().asString()
                    .startsWith("asleep.lab.test. ").endsWith(" A 10.9.0.10");
        }
    }
}
