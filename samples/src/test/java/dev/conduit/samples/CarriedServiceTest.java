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
import org.junit.jupiter.api.io.TempDir;

/**
 * Services without a network behind a TCP front on a bridge: curl in another namespace gets its answer, from a kernel that
 * took its connection over from the front and carries it through a conduit.
 */
@Timeout(300)
final class CarriedServiceTest {

    private static final String URL = "http://10.77.0.10/";

    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(folder);
        site.tap();
    }

    @AfterEach
    void stop() throws Exception {
        if (site != null) {
            for (String name : new String[] {"www", "shop"}) {
                if (Files.exists(folder.resolve("services.yaml"))
                        && Files.readString(folder.resolve("services.yaml")).contains("name: " + name)) {
                    site.stopService(name);
                }
            }
            site.close();
        }
    }

    private static String service(String name, String more) {
        return """
                  - name: %s
                    addresses: ["10.77.0.10", "fd77::10"]
                    ports: [80]
                    launcher: process
                    process: { command: %s }
                    ready: { conduit: %s, within: 60s }
                    receive: conduit
                    %s
                """.formatted(name, Site.inYaml(Site.java(ConduitPages.class.getName(), name)), name, more);
    }

    private static String configuration(String... services) {
        return "front: { kind: tap, interface: f0, proxy-protocol: true }\nservices:\n" + String.join("", services);
    }

    private String addresses() throws IOException {
        return site.namespaces.ip(site.host, "address", "show", "dev", "br0");
    }

    @Test
    void shouldCarryConnectionsThatTheFrontBegan() throws Exception {
        site.startJitsud(configuration(service("www", "")));
        assertThat(site.curl(URL)).isEqualTo("www greets 10.77.0.1\n");
        site.awaitLog("www: has taken 1 connections");
        assertThat(addresses()).contains("10.77.0.10/32");
        assertThat(site.curl(URL)).as("now the kernel's own").isEqualTo("www greets 10.77.0.1\n");

        site.stopService("www");
        await().atMost(Site.LONG).untilAsserted(() -> assertThat(addresses()).doesNotContain("10.77.0.10/32"));
        assertThat(site.curl(URL)).as("asleep again").isEqualTo("www greets 10.77.0.1\n");
        site.requireNothingNoticed();
        await().atMost(Site.LONG).untilAsserted(() ->
                assertThat(site.log().split("www: has taken 1 connections", -1)).hasSize(3));
    }

    @Test
    void shouldCarryConnectionsOfBothFamilies() throws Exception {
        site.startJitsud(configuration(service("www", "")));
        assertThat(site.curl("http://[fd77::10]/")).isEqualTo("www greets fd77:0:0:0:0:0:0:1\n");
        site.awaitLog("www: has taken 1 connections");
        assertThat(site.curl(URL)).isEqualTo("www greets 10.77.0.1\n");
        site.stopService("www");
        await().atMost(Site.LONG).untilAsserted(() -> assertThat(addresses()).doesNotContain("fd77::10/128"));
        assertThat(site.curl("http://[fd77::10]/")).as("asleep again").isEqualTo("www greets fd77:0:0:0:0:0:0:1\n");
        site.requireNothingNoticed();
    }

    @Test
    void shouldCarryMoreThanTheFrontKeeps() throws Exception {
        site.startJitsud(configuration(service("www", "")));
        Path body = folder.resolve("body");
        Files.write(body, new byte[30_000_000]);
        assertThat(site.curl("-H", "Expect:", "-T", body.toString(), URL + "x"))
                .isEqualTo("www greets 10.77.0.1, got 30000000\n");
        site.awaitLog("www: has taken 1 connections");
        site.requireNothingNoticed();
    }

    @Test
    void shouldServeManyClientsAfterOneBoot() throws Exception {
        site.startJitsud(configuration(service("www", "")));
        String pages = site.curl("--parallel", "--parallel-immediate", "--parallel-max", "60", URL + "[1-60]");
        assertThat(pages.lines().filter(line -> line.endsWith("www greets 10.77.0.1"))).as(pages).hasSize(60);
        site.requireNothingNoticed();
    }

    @Test
    void shouldGoOnWithConnectionsWhenFrontIsKilled() throws Exception {
        site.startJitsud(configuration(service("www", "")));
        Path pages = folder.resolve("pages");
        Process waiting = site.startInClient(pages,
                site.curlCommand("--parallel", "--parallel-immediate", URL + "[1-20]"));
        awaitConnections();

        site.killJitsud();
        site.startJitsud(configuration(service("www", "")));

        assertThat(waiting.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(pages).lines()).hasSize(20).containsOnly("www greets 10.77.0.1");
        site.requireNoReset();
    }

    /** At least one client has sent its request, and the front has said that it has it. */
    private void awaitConnections() throws IOException {
        try (XenStoreClient store = XenStoreClients.connect(site.local.directory().xenStoreSocket())) {
            String connections = "/local/domain/0/data/synjitsu/www/tcpv4";
            await().atMost(Site.LONG).until(() -> store.exists(connections) && store.list(connections).stream()
                    .anyMatch(connection -> {
                        try {
                            return store.readString(connections + "/" + connection + "/packets").startsWith("GET ");
                        } catch (XenStoreException gone) {
                            return false;
                        }
                    }));
        }
    }

    @Test
    void shouldTellServicesApartByHost() throws Exception {
        site.startJitsud(configuration(service("www", "hosts: [www.example.org]"), service("shop", "hosts: [shop.example.org]")));
        assertThat(site.curl("-H", "Host: nobody.example.org", URL)).isEqualTo("there is no host 'nobody.example.org' here\n");
        assertThat(site.curl("-H", "Host: shop.example.org", URL)).isEqualTo("shop greets 10.77.0.1\n");
        assertThat(site.log()).doesNotContain("www: asked for");
        assertThat(site.curl("-H", "Host: www.example.org", URL)).isEqualTo("www greets 10.77.0.1\n");
        site.requireNothingNoticed();
    }
}
