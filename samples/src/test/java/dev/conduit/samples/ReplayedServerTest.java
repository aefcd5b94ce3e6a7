package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.core.namespaces.Namespaces;
import java.io.IOException;
import java.io.OutputStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sleeping server with nothing of Conduit inside, a directory with a front on a bridge, and a client's kernel, each in a
 * network namespace: what curl sees of it all. Needs root.
 */
@Timeout(300)
final class ReplayedServerTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final int MIB = 1 << 20;

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
        namespaces.ip(hostSide, "link", "set", "br0", "up");
        namespaces.wire(hostSide, "c0", client, "eth0");
        namespaces.ip(hostSide, "tuntap", "add", "f0", "mode", "tap");
        for (String port : List.of("c0", "f0")) {
            namespaces.ip(hostSide, "link", "set", port, "master", "br0", "up");
        }
        namespaces.ip(client, "address", "add", "10.77.0.1/24", "dev", "eth0");
        namespaces.ip(client, "address", "add", "fd77::1/64", "dev", "eth0", "nodad");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
        startJitsud();
    }

    private void startJitsud() throws IOException {
        Path config = Files.writeString(folder.resolve("services.yaml"), """
                front: { kind: tap, interface: f0 }
                services:
                  - name: www
                    addresses: ["10.77.0.10", "fd77::10"]
                    ports: [80]
                    launcher: process
                    process: { command: ["%s", "-XX:TieredStopAtLevel=1", "-cp", "%s", "%s", "80"], network: { bridge: br0 } }
                    receive: replay
                """.formatted(JAVA, CLASS_PATH, PlainServer.class.getName()));
        List<String> command = new ArrayList<>(Namespaces.prefix(hostSide));
        command.addAll(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-cp", CLASS_PATH));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("dev.conduit.cli.Main", "jitsud", "--config", config.toString(), "--dir",
                host.directory().toString()));
        log = folder.resolve("jitsud" + System.nanoTime() + ".log");
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

    private String curl(String arguments) throws IOException {
        return namespaces.in(client, "sh", "-c", "curl -sS -g --no-progress-meter --max-time 120 " + arguments);
    }

    /** What the client got, by hash. */
    private void requireGet(String address, long bytes) throws IOException {
        assertThat(curl("http://" + address + "/" + bytes + " | sha256sum")).startsWith(PlainServer.digest(bytes));
    }

    /** The client's kernel has seen nothing but connections. */
    private void requireNothingNoticed() throws IOException {
        assertThat(namespaces.counter(client, "TcpExt", "TCPSynRetrans")).as("SYNs sent again").isZero();
        assertThat(namespaces.counter(client, "Tcp", "EstabResets")).as("resets").isZero();
        assertThat(namespaces.counter(client, "Tcp", "AttemptFails")).as("refused").isZero();
    }

    /** Bytes that the bridge has sent to the front. */
    private long frontBytes() throws IOException {
        String[] lines = namespaces.ip(hostSide, "-s", "link", "show", "f0").split("\n");
        for (int i = 0; i < lines.length - 1; i++) {
            if (lines[i].trim().startsWith("TX:")) {
                return Long.parseLong(lines[i + 1].trim().split(" +")[0]);
            }
        }
        throw new AssertionError(String.join("\n", lines));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.10", "[fd77::10]"})
    void shouldServeClientsThatCameBeforeIt(String address) throws Exception {
        requireGet(address, 100);
        requireNothingNoticed();
        awaitLog("www: the front is out of its path");

        long before = frontBytes();
        requireGet(address, 20 * MIB);
        assertThat(frontBytes() - before).as("a new connection's bytes through the front").isLessThan(100_000);
        requireNothingNoticed();

        stopService();
        requireGet(address, 1000);
        requireNothingNoticed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.10", "[fd77::10]"})
    void shouldCarryHundredsOfMegabytesInBothDirections(String address) throws Exception {
        long before = frontBytes();
        requireGet(address, 200L * MIB);
        assertThat(frontBytes() - before).as("bytes through the front").isGreaterThan(200L * MIB);
        stopService();
        Path upload = folder.resolve("upload");
        try (OutputStream output = Files.newOutputStream(upload)) {
            PlainServer.write(output, 100L * MIB);
        }
        assertThat(curl("-H Expect: -T " + upload + " http://" + address + "/")).startsWith(PlainServer.digest(100L * MIB));
        requireNothingNoticed();
    }

    @Test
    void shouldServeManyClientsAfterOneBoot() throws Exception {
        String codes = curl("--no-globoff --parallel --parallel-immediate --parallel-max 100 -o /dev/null"
                + " -w '%{http_code} %{size_download}\\n' 'http://10.77.0.10/10?[1-100]'");
        assertThat(codes.lines()).hasSize(100).containsOnly("200 10");
        requireNothingNoticed();
        assertThat(curl("--no-globoff -o /dev/null -w '%{num_connects} %{http_code} ' 'http://10.77.0.10/10?[1-5]'"))
                .isEqualTo("1 200 ".repeat(5));
    }

    @Test
    void shouldGoOnWithReplayedConnectionsWhenFrontIsKilled() throws Exception {
        List<String> command = new ArrayList<>(Namespaces.prefix(client));
        command.addAll(List.of("curl", "-sS", "--no-progress-meter", "--max-time", "100", "--limit-rate", "8M", "-o",
                folder.resolve("page").toString(), "http://10.77.0.10/" + 60 * MIB));
        Process curl = new ProcessBuilder(command).inheritIO().start();
        awaitLog("www: has answered");
        await().atMost(LONG).until(() -> Files.exists(folder.resolve("page")) && Files.size(folder.resolve("page")) > 5 * MIB);

        jitsud.destroyForcibly().waitFor();
        startJitsud();
        awaitLog("www: goes on with 1 connections of the front before");

        assertThat(curl.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).isZero();
        assertThat(namespaces.in(client, "sha256sum", folder.resolve("page").toString()))
                .startsWith(PlainServer.digest(60 * MIB));
        requireNothingNoticed();
        requireGet("10.77.0.10", 1000);
    }
}
