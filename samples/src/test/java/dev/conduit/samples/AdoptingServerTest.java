package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sleeping service, a directory with a front on a bridge, and a client's kernel, each in a network namespace: what curl
 * sees of it all. Needs root.
 */
@Timeout(300)
final class AdoptingServerTest {

    private static final String STATE = "/local/domain/0/data/synjitsu/www";

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
                dns: { listen: "10.77.0.254:53", zone: lab.test }
                front: { kind: tap, interface: f0 }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["10.77.0.10"]
                    ports: [80]
                    launcher: process
                    process: { command: %s, network: { bridge: br0, quiet: true } }
                    ready: { xenstore: data/state, value: up, within: 60s }
                    receive: adopt
                """.formatted(Site.inYaml(Site.java(AdoptingServer.class.getName(), "www", "80", "eth0", "10.77.0.10/24"))));
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

    @Test
    void shouldServeClientsThatCameBeforeIt() throws Exception {
        assertThat(site.curl("http://10.77.0.10/")).isEqualTo("hello 10.77.0.1\n");
        site.awaitLog("www: has taken 1 connections");
        assertThat(site.curl("http://10.77.0.10/")).as("now without the front").isEqualTo("hello 10.77.0.1\n");
        site.requireNothingNoticed();

        site.stopService("www");
        assertThat(site.curl("http://10.77.0.10/")).as("asleep again").isEqualTo("hello 10.77.0.1\n");
        site.requireNothingNoticed();
    }

    @Test
    void shouldServeManyClientsAfterOneBoot() throws Exception {
        String pages = site.curl("--parallel", "--parallel-immediate", "--parallel-max", "100", "http://10.77.0.10/[1-100]");
        assertThat(pages.lines().filter(line -> line.endsWith("hello 10.77.0.1"))).as(pages).hasSize(100);
        site.requireNothingNoticed();
    }

    @Test
    void shouldGoOnWithHundredsOfConnectionsWhenFrontIsKilled() throws Throwable {
        requireAllServed(this::awaitConnections);
    }

    @Test
    void shouldGoOnWhenFrontIsKilledInTheMiddleOfAHandOver() throws Throwable {
        requireAllServed(this::awaitHandOver);
    }

    /** When the front is killed then, and another one comes. */
    private void requireAllServed(Executable moment) throws Throwable {
        Path pages = folder.resolve("pages");
        Process waiting = site.startInClient(pages, site.curlCommand("--parallel", "--parallel-immediate",
                "--parallel-max", "300", "http://10.77.0.10/[1-300]"));
        moment.execute();

        site.killJitsud();
        startJitsud();

        assertThat(waiting.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(pages).lines()).hasSize(300).containsOnly("hello 10.77.0.1");
        site.requireNoReset();
    }

    /** At least one client has sent its request, and the front has said that it has it. */
    private void awaitConnections() throws IOException {
        String folder = STATE + "/tcpv4";
        try (XenStoreClient store = store()) {
            await().atMost(Site.LONG).until(() -> store.exists(folder) && store.list(folder).stream().anyMatch(connection -> {
                try {
                    return store.readString(folder + "/" + connection + "/packets").startsWith("GET ");
                } catch (XenStoreException gone) {
                    return false;
                }
            }));
        }
    }

    /** The front has stopped handling segments, and may have seen already what the service did with them. */
    private void awaitHandOver() throws Exception {
        try (XenStoreClient store = store()) {
            store.waitFor(reads -> reads.readString(STATE + "/state").startsWith("holding") ? null : true, Site.LONG);
        }
    }

    private XenStoreClient store() throws IOException {
        return XenStoreClients.connect(site.local.directory().xenStoreSocket());
    }

    @Test
    void shouldAnswerDnsBeforeTheBoot() throws Exception {
        String said = site.namespaces.in(site.client, "dig", "+short", "+time=3", "+tries=1", "@10.77.0.254", "www.lab.test");
        assertThat(said).isEqualTo("10.77.0.10\n");
        assertThat(site.curl("http://10.77.0.10/")).isEqualTo("hello 10.77.0.1\n");
        site.requireNothingNoticed();
    }
}
