package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** BIND and Knot behind the forwarder. */
@Timeout(180)
class RealUpstreamTest {

    private static final String ZONE = """
            $TTL 300
            @      SOA ns admin 1 3600 600 86400 60
            @      NS  ns
            ns     A   127.0.0.1
            www    A   203.0.113.5
            alias  CNAME www
            *.many A   203.0.113.6
            """;

    @TempDir
    private Path directory;

    private String zone() {
        StringBuilder text = new StringBuilder(ZONE);
        for (int i = 0; i < 60; i++) {
            text.append("large TXT \"").append(i).append("x".repeat(60)).append("\"\n");
        }
        return text.toString();
    }

    @Test
    void shouldForwardToBind() throws Exception {
        Programs.require("named", "bind9");
        Files.writeString(directory.resolve("example.zone"), zone());
        int port = Programs.freePort();
        Path configuration = Files.writeString(directory.resolve("named.conf"), """
                options { directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session"; listen-on-v6 { none; };
                          listen-on port %2$d { 127.0.0.1; }; recursion no; dnssec-validation no; notify no; };
                controls { };
                zone "example.org" { type primary; file "%1$s/example.zone"; };
                """.formatted(directory, port));
        check(List.of("named", "-g", "-c", configuration.toString()), port);
    }

    @Test
    void shouldForwardToKnot() throws Exception {
        Programs.require("knotd", "knot");
        Files.writeString(directory.resolve("example.zone"), zone());
        int port = Programs.freePort();
        Path configuration = Files.writeString(directory.resolve("knot.conf"), """
                server:
                    rundir: "%1$s"
                    listen: 127.0.0.1@%2$d
                database:
                    storage: "%1$s"
                zone:
                  - domain: example.org
                    file: "%1$s/example.zone"
                    journal-content: none
                """.formatted(directory, port));
        check(List.of("knotd", "-c", configuration.toString()), port);
    }

    private void check(List<String> command, int port) throws Exception {
        try (OtherServer upstream = new OtherServer(directory, port, "www.example.org", command)) {
            DnsOptions options = Servers.lab().withForwarders(List.of(upstream.address())).withForwardTimeout(LONG)
                    .withSourceDeadline(Duration.ofMinutes(1));
            try (DnsServer server = DnsServer.start(options); DnsClient client = new DnsClient(Servers.address(server));
                    DnsClient.Tcp tcp = new DnsClient.Tcp(Servers.address(server))) {
                forward(client, tcp);
            }
        }
    }

    private static void forward(DnsClient client, DnsClient.Tcp tcp) throws IOException {
        assertThat(Ask.texts(client.ask("alias.example.org", Type.A), Section.ANSWER)).containsExactly(
                "alias.example.org. 300 CNAME www.example.org.", "www.example.org. 300 A 203.0.113.5");
        assertThat(Ask.texts(client.ask("outside.lab.test", Type.A), Section.ANSWER)).containsExactly(
                "outside.lab.test. 300 CNAME www.example.org.", "www.example.org. 300 A 203.0.113.5");
        Message none = client.ask("nothing.example.org", Type.A);
        assertThat(none.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(none.getSection(Section.AUTHORITY)).hasSize(1);
        assertThat(client.ask("www.elsewhere.org", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        tcp.send(Ask.query("large.example.org", Type.TXT));
        assertThat(tcp.receive().getSection(Section.ANSWER)).hasSize(60);
        for (int i = 0; i < 200; i++) {
            assertThat(client.ask("n" + i + ".many.example.org", Type.A).getSection(Section.ANSWER)).hasSize(1);
        }
    }
}
