package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.core.namespaces.Namespaces;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sleeping service, a directory with a front on a bridge, and a client's kernel, each in a network namespace: what curl
 * sees of it all. Needs root.
 */
@Timeout(300)
final class AdoptingServerTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    private Path folder;

    private Namespaces namespaces;
    private LocalHost host;
    private String hostSide;
    private String client;
    private Process jitsud;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        namespaces = new Namespaces();
        hostSide = namespaces.add("h");
        client = namespaces.add("c");
        namespaces.ip(hostSide, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        namespaces.ip(hostSide, "address", "add", "10.77.0.254/24", "dev", "br0");
        namespaces.ip(hostSide, "link", "set", "br0", "up");
        namespaces.wire(hostSide, "c0", client, "eth0");
        namespaces.ip(hostSide, "tuntap", "add", "f0", "mode", "tap");
        for (String port : List.of("c0", "f0")) {
            namespaces.ip(hostSide, "link", "set", port, "master", "br0", "up");
        }
        namespaces.ip(client, "address", "add", "10.77.0.1/24", "dev", "eth0");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
        startJitsud();
    }

    private void startJitsud() throws IOException {
        List<String> guest = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-cp", CLASS_PATH));
        if (Runtime.version().feature() >= 22) {
            guest.add("--enable-native-access=ALL-UNNAMED");
        }
        guest.addAll(List.of(AdoptingServer.class.getName(), "www", "80", "eth0", "10.77.0.10/24"));
        Path config = Files.writeString(folder.resolve("services.yaml"), """
                dns: { listen: "10.77.0.254:53", zone: lab.test }
                front: { kind: tap, interface: f0 }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["10.77.0.10"]
                    ports: [80]
                    launcher: process
                    process: { command: ["%s"], network: { bridge: br0, quiet: true } }
                    ready: { xenstore: data/state, value: up, within: 60s }
                    receive: adopt
                """.formatted(String.join("\", \"", guest)));
        List<String> command = new ArrayList<>(Namespaces.prefix(hostSide));
        command.addAll(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-cp", CLASS_PATH));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("dev.conduit.cli.Main", "jitsud", "--config", config.toString(), "--dir", host.directory().toString()));
        log = folder.resolve("jitsud.log");
        jitsud = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        awaitLog("stop it with");
    }

    private void awaitLog(String text) {
        await().atMost(LONG).untilAsserted(() -> {
            String said = Files.readString(log);
            assertThat(jitsud.isAlive()).as(said).isTrue();
            assertThat(said).contains(text);
        });
    }

    @AfterEach
    void stop() throws Exception {
        if (jitsud != null) {
            stopService();
            jitsud.destroyForcibly().waitFor();
        }
        if (host != null) {
            host.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    private void stopService() throws Exception {
        Process stop = new ProcessBuilder(JAVA, "-cp", CLASS_PATH, "dev.conduit.cli.Main", "services", "stop", "www", "--dir",
                host.directory().toString()).inheritIO().start();
        assertThat(stop.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private String curl(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--no-progress-meter", "--max-time", "60"));
        command.addAll(List.of(more));
        return namespaces.in(client, command.toArray(String[]::new));
    }

    /** The client's kernel has seen nothing but connections. */
    private void requireNothingNoticed() throws IOException {
        assertThat(namespaces.counter(client, "TcpExt", "TCPSynRetrans")).as("SYNs sent again").isZero();
        assertThat(namespaces.counter(client, "Tcp", "EstabResets")).as("resets").isZero();
        assertThat(namespaces.counter(client, "Tcp", "AttemptFails")).as("refused").isZero();
    }

    @Test
    void shouldServeClientsThatCameBeforeIt() throws Exception {
        assertThat(curl("http://10.77.0.10/")).isEqualTo("hello 10.77.0.1\n");
        awaitLog("www: has taken 1 connections");
        assertThat(curl("http://10.77.0.10/")).as("now without the front").isEqualTo("hello 10.77.0.1\n");
        requireNothingNoticed();

        stopService();
        assertThat(curl("http://10.77.0.10/")).as("asleep again").isEqualTo("hello 10.77.0.1\n");
        requireNothingNoticed();
    }

    @Test
    void shouldServeManyClientsAfterOneBoot() throws Exception {
        String pages = curl("--parallel", "--parallel-immediate", "--parallel-max", "100", "http://10.77.0.10/[1-100]");
        assertThat(pages.lines().filter(line -> line.endsWith("hello 10.77.0.1"))).as(pages).hasSize(100);
        requireNothingNoticed();
    }

    @Test
    void shouldGoOnWithConnectionsWhenFrontIsKilled() throws Exception {
        Process waiting = startCurls();
        awaitConnections();

        jitsud.destroyForcibly().waitFor();
        startJitsud();

        assertThat(waiting.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("pages")).lines()).hasSize(20).containsOnly("hello 10.77.0.1");
        assertThat(namespaces.counter(client, "Tcp", "EstabResets")).as("resets").isZero();
        assertThat(namespaces.counter(client, "Tcp", "AttemptFails")).as("refused").isZero();
    }

    private Process startCurls() throws IOException {
        List<String> command = new ArrayList<>(Namespaces.prefix(client));
        command.addAll(List.of("curl", "-sS", "--no-progress-meter", "--max-time", "80", "--parallel", "--parallel-immediate",
                "http://10.77.0.10/[1-20]"));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(folder.resolve("pages").toFile()).start();
    }

    /** At least one client has sent its request, and the front has said that it has it. */
    private void awaitConnections() throws IOException {
        try (XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            String folder = "/local/domain/0/data/synjitsu/www/tcpv4";
            await().atMost(LONG).until(() -> store.exists(folder) && store.list(folder).stream().anyMatch(connection -> {
                try {
                    return store.readString(folder + "/" + connection + "/packets").startsWith("GET ");
                } catch (XenStoreException gone) {
                    return false;
                }
            }));
        }
    }

    @Test
    void shouldAnswerDnsBeforeTheBoot() throws Exception {
        String said = namespaces.in(client, "dig", "+short", "+time=3", "+tries=1", "@10.77.0.254", "www.lab.test");
        assertThat(said).isEqualTo("10.77.0.10\n");
        assertThat(curl("http://10.77.0.10/")).isEqualTo("hello 10.77.0.1\n");
        requireNothingNoticed();
    }
}
