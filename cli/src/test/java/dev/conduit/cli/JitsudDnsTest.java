package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it on one machine: a query for a service that sleeps boots it, and HTTP at the address it gives succeeds. */
final class JitsudDnsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Path config(int port) throws Exception {
        Path page = Files.createDirectory(folder.resolve("page"));
        Files.writeString(page.resolve("index.html"), "hello from www\n");
        return Files.writeString(folder.resolve("services.yaml"), """
                dns: { listen: "127.0.0.1:0", zone: lab.test, wait: 50s }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: [python3, -m, http.server, --bind, 127.0.0.1, "%d"], directory: %s }
                    ready: { port: %d, within: 50s }
                """.formatted(port, port, page, port));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String dig(String port, String... question) throws Exception {
        List<String> line = new ArrayList<>(List.of("dig", "+time=55", "+tries=1", "@127.0.0.1", "-p", port));
        line.addAll(List.of(question));
        try (Command dig = Command.start(new ProcessBuilder(line))) {
            return dig.finish().text();
        }
    }

    @Test
    void shouldBootAServiceForAQueryAndGiveItsAddress() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dig")), "dig is not here; on Debian: apt-get install bind9-dnsutils");
        int port = freePort();
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")))) {
            String dir = host.directory().toString();
            try (Command jitsud = Command.start("jitsud", "--config", config(port).toString(), "--dir", dir)) {
                String ready = jitsud.awaitNotice("stop it with");
                String dns = ready.replaceAll("(?s).*DNS at 127\\.0\\.0\\.1 port ([0-9]+);.*", "$1");

                assertThat(dig(dns, "other.lab.test", "A")).contains("status: NXDOMAIN");
                assertThat(dig(dns, "www.lab.test", "A", "+short")).isEqualTo("127.0.0.1\n");
                HttpResponse<String> page = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/")).timeout(LONG).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(page.body()).isEqualTo("hello from www\n");
                assertThat(Command.run("timeline", "www", "--dir", dir).text()).containsPattern("www .* dns +dns");
                assertThat(Command.run("services", "counters", "--dir", dir).text()).startsWith("COUNTER")
                        .containsPattern("directory\\.starts +1\n").containsPattern("dns\\.answers-nxdomain +1\n");
                assertThat(Command.run("services", "counters", "--json", "--dir", dir).text())
                        .contains("{\"counter\":\"dns.queries-udp\",\"value\":2}\n");
                assertThat(Command.run("services", "stop", "www", "--dir", dir).exit()).isZero();
                assertThat(Command.run("services", "--dir", dir).text()).containsPattern("www +off ");
            }
        }
    }
}
