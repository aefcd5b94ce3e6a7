package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(folder);
        site.tap();
        startJitsud();
    }

    private void startJitsud() throws IOException {
        site.startJitsud("""
                front: { kind: tap, interface: f0 }
                services:
                  - name: www
                    addresses: ["10.77.0.10", "fd77::10"]
                    ports: [80]
                    launcher: process
                    process: { command: %s, network: { bridge: br0 } }
                    receive: replay
                """.formatted(Site.inYaml(Site.strongJava(PlainServer.class.getName(), "80"))));
    }

    @AfterEach
    void stop() throws Exception {
        if (site != null) {
            if (Files.exists(folder.resolve("services.yaml"))) {
                site.stopService("www");
            }
            site.close();
        }
    }

    private String curl(String arguments) throws IOException {
        return site.namespaces.in(site.client, "sh", "-c", "curl -sS -g --no-progress-meter --max-time 120 " + arguments);
    }

    /** What the client got, by hash. */
    private void requireGet(String address, long bytes) throws IOException {
        assertThat(curl("http://" + address + "/" + bytes + " | sha256sum")).startsWith(PlainServer.digest(bytes));
    }

    /** Bytes that the bridge has sent to the front. */
    private long frontBytes() throws IOException {
        String[] lines = site.namespaces.ip(site.host, "-s", "link", "show", "f0").split("\n");
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
        site.requireNothingNoticed();
        site.awaitLog("www: the front is out of its path");

        long before = frontBytes();
        requireGet(address, 20 * MIB);
        assertThat(frontBytes() - before).as("a new connection's bytes through the front").isLessThan(100_000);
        site.requireNothingNoticed();

        site.stopService("www");
        requireGet(address, 1000);
        site.requireNothingNoticed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.10", "fd77::10"})
    void shouldCarryMuchEachWayOnOneConnection(String address) throws Exception {
        long before = frontBytes();
        site.requireTransfer(address, Site.TRANSFER);
        assertThat(frontBytes() - before).as("bytes through the front").isGreaterThan(2 * Site.TRANSFER);
        site.requireNothingNoticed();
    }

    @Test
    void shouldServeManyClientsAfterOneBoot() throws Exception {
        String codes = curl("--no-globoff --parallel --parallel-immediate --parallel-max 100 -o /dev/null"
                + " -w '%{http_code} %{size_download}\\n' 'http://10.77.0.10/10?[1-100]'");
        assertThat(codes.lines()).hasSize(100).containsOnly("200 10");
        site.requireNothingNoticed();
        assertThat(curl("--no-globoff -o /dev/null -w '%{num_connects} %{http_code} ' 'http://10.77.0.10/10?[1-5]'"))
                .isEqualTo("1 200 ".repeat(5));
    }

    @Test
    void shouldGoOnWithReplayedConnectionsWhenFrontIsKilled() throws Exception {
        Path page = folder.resolve("page");
        Process curl = site.startInClient(folder.resolve("curl.log"), site.curlCommand("--max-time", "100", "--limit-rate", "8M",
                "-o", page.toString(), "http://10.77.0.10/" + 60 * MIB));
        site.awaitLog("www: has answered");
        await().atMost(Site.LONG).until(() -> Files.exists(page) && Files.size(page) > 5 * MIB);

        site.killJitsud();
        startJitsud();
        site.awaitLog("www: goes on with 1 connections of the front before");

        assertThat(curl.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).isZero();
        assertThat(site.namespaces.in(site.client, "sha256sum", page.toString()))
                .startsWith(PlainServer.digest(60 * MIB));
        site.requireNothingNoticed();
        requireGet("10.77.0.10", 1000);
    }
}
