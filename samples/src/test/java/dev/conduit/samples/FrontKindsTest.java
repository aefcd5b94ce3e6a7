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

/** A service that adopts behind the fronts that are no TAP device, and curl in another namespace. */
@Timeout(300)
final class FrontKindsTest {

    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(folder);
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

    /** @param network more about the guest's network */
    private static String configuration(String front, String address, String network) {
        return """
                front: { %s }
                services:
                  - name: www
                    addresses: ["%s"]
                    ports: [80]
                    launcher: process
                    process: { command: %s, network: { bridge: br0, quiet: true %s } }
                    ready: { xenstore: data/state, value: up, within: 60s }
                    receive: adopt
                """.formatted(front, address, Site.inYaml(
                        Site.java(AdoptingServer.class.getName(), "www", "80", "eth0", address + "/24")), network);
    }

    @Test
    void shouldAnswerOnABridgeItself() throws Exception {
        site.startJitsud(configuration("kind: bridge, interface: br0", "10.77.0.10", ""));
        assertThat(site.curl("http://10.77.0.10/")).isEqualTo("hello 10.77.0.1\n");
        site.awaitLog("www: has taken 1 connections");
        assertThat(site.curl("http://10.77.0.10/")).as("now without the front").isEqualTo("hello 10.77.0.1\n");
        site.stopService("www");
        assertThat(site.curl("http://10.77.0.10/")).as("asleep again").isEqualTo("hello 10.77.0.1\n");
        site.requireNothingNoticed();
    }

    /** What leads to the service is changed by whoever runs the host, here the test. */
    @Test
    void shouldAnswerOnARoutedTunDevice() throws Exception {
        site.namespaces.ip(site.host, "tuntap", "add", "t0", "mode", "tun");
        site.namespaces.ip(site.host, "link", "set", "t0", "up");
        site.namespaces.ip(site.host, "address", "add", "10.78.0.254/24", "dev", "br0");
        site.namespaces.sysctl(site.host, "ipv4/ip_forward", "1");
        // Client and guest are on one bridge: the client must not be told of the short way.
        site.namespaces.sysctl(site.host, "ipv4/conf/all/send_redirects", "0");
        site.namespaces.sysctl(site.host, "ipv4/conf/br0/send_redirects", "0");
        site.namespaces.ip(site.client, "route", "add", "default", "via", "10.77.0.254");
        routeToFront();
        site.startJitsud(configuration("kind: tun, interface: t0", "10.78.0.10", ", gateway: 10.78.0.254"));
        for (String when : new String[] {"first", "asleep again"}) {
            Path page = folder.resolve("page " + when);
            Process waiting = site.startInClient(page, site.curlCommand("http://10.78.0.10/"));
            int times = when.equals("first") ? 1 : 2;
            await().atMost(Site.LONG).until(() -> site.log().split("www: has taken 1 connections", -1).length == times + 1);
            site.namespaces.ip(site.host, "route", "replace", "10.78.0.10/32", "dev", "br0");
            assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).as(when).isTrue();
            assertThat(Files.readString(page)).as(when).isEqualTo("hello 10.77.0.1\n");
            assertThat(site.curl("http://10.78.0.10/")).as("now without the front").isEqualTo("hello 10.77.0.1\n");
            site.stopService("www");
            routeToFront();
        }
        site.requireNothingNoticed();
    }

    private void routeToFront() throws IOException {
        site.namespaces.ip(site.host, "route", "replace", "10.78.0.10/32", "dev", "t0");
    }
}
