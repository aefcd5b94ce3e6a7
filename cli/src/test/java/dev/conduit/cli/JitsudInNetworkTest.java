package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory on port 53 of a network namespace, and clients that know nothing but the name server in their resolv.conf:
 * the directory itself, or a resolver of the site that follows the delegation to it. Needs root.
 */
final class JitsudInNetworkTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String PAGE = "http://www.lab.test:8080/";
    private static final String OWN = "127.0.0.4";
    private static final String PARENT = "127.0.0.2";
    private static final String RESOLVER = "127.0.0.3";

    private final String namespace = "conduitj" + ProcessHandle.current().pid();
    private final List<Command> running = new ArrayList<>();
    @TempDir
    private Path folder;
    private LocalHost host;

    @BeforeEach
    void makeNetwork() throws Exception {
        require("/usr/sbin/ip", "iproute2");
        require("/usr/bin/curl", "curl");
        require("/usr/bin/dig", "bind9-dnsutils");
        require("/usr/bin/python3", "python3");
        assumeTrue(LocalDirectory.userId() == 0, "only root can make network namespaces");
        Command.Result made = run(List.of("/usr/sbin/ip", "netns", "add", namespace));
        assumeTrue(made.exit() == 0, () -> "this machine gives no network namespaces: " + made.error());
        assertThat(inside("/usr/sbin/ip", "link", "set", "lo", "up").exit()).isZero();
        for (String address : List.of(PARENT, RESOLVER)) {
            // named listens only on addresses that an interface has.
            assertThat(inside("/usr/sbin/ip", "addr", "add", address + "/32", "dev", "lo").exit()).isZero();
        }
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
    }

    @AfterEach
    void removeNetwork() throws Exception {
        for (Command command : running) {
            command.close();
            command.process().waitFor();
        }
        if (host != null) {
            for (String pid : run(List.of("/usr/sbin/ip", "netns", "pids", namespace)).text().lines().toList()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            host.close();
            run(List.of("/usr/sbin/ip", "netns", "del", namespace));
        }
    }

    private static void require(String program, String debianPackage) {
        assumeTrue(Files.isExecutable(Path.of(program)), program + " is not here; on Debian: apt-get install " + debianPackage);
    }

    private static Command.Result run(List<String> command) throws Exception {
        try (Command running = Command.start(new ProcessBuilder(command))) {
            return running.finish();
        }
    }

    private List<String> in(List<String> command) {
        List<String> all = new ArrayList<>(List.of("/usr/sbin/ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    private Command.Result inside(String... command) throws Exception {
        return run(in(List.of(command)));
    }

    private Command startInside(String... command) throws Exception {
        Command started = Command.start(new ProcessBuilder(in(List.of(command))));
        running.add(started);
        return started;
    }

    /** In a mount namespace of its own, where resolv.conf names one server. */
    private Command.Result curl(String nameServer) throws Exception {
        Path file = Files.writeString(folder.resolve("resolv.conf"),
                "nameserver " + nameServer + "\noptions timeout:30 attempts:1\n");
        return inside("unshare", "--mount", "sh", "-c",
                "mount --bind \"$1\" /etc/resolv.conf && exec curl -sS --noproxy '*' --max-time 55 \"$2\"", "sh",
                file.toString(), PAGE);
    }

    private void startJitsud() throws Exception {
        Path page = Files.createDirectory(folder.resolve("page"));
        Files.writeString(page.resolve("index.html"), "hello from www\n");
        Path config = Files.writeString(folder.resolve("services.yaml"), """
                dns: { listen: "%s:53", zone: lab.test, ttl: 1s, wait: 50s }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["127.0.0.1"]
                    ports: [8080]
                    launcher: process
                    process: { command: [python3, -m, http.server, --bind, 127.0.0.1, "8080"], directory: %s }
                    ready: { port: 8080, within: 50s }
                """.formatted(OWN, page));
        Command jitsud = startInside(JavaProcess.command("jitsud", "--config", config.toString(),
                "--dir", host.directory().toString()).toArray(String[]::new));
        assertThat(jitsud.awaitNotice("stop it with")).contains("DNS at " + OWN + " port 53");
    }

    private String services(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("services"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", host.directory().toString()));
        Command.Result result = Command.run(all.toArray(String[]::new));
        assertThat(result.exit()).as(result.error()).isZero();
        return result.text();
    }

    @Test
    void shouldBootServiceForCurlThatHasOnlyAName() throws Exception {
        startJitsud();
        Command.Result page = curl(OWN);
        assertThat(page.text()).as(page.error()).isEqualTo("hello from www\n");
        assertThat(services("--json")).contains("\"state\":\"ready\"").contains("\"starts\":1");
        services("stop", "www");
    }

    @Test
    void shouldBootServiceForClientsOfAResolverThatFollowsTheDelegation() throws Exception {
        require("/usr/sbin/named", "bind9");
        startJitsud();
        startParent();
        startResolver();
        assertThat(inside("dig", "+norecurse", "@" + PARENT, "www.lab.test").text())
                .as("the parent only refers to the host").contains("ANSWER: 0").containsPattern("lab.test.\\s+60\\s+IN\\s+NS");
        Command.Result page = curl(RESOLVER);
        assertThat(page.text()).as(page.error()).isEqualTo("hello from www\n");
        assertThat(inside("dig", "+time=30", "+tries=1", "@" + RESOLVER, "nobody.lab.test").text())
                .contains("status: NXDOMAIN");
        assertThat(services("--json")).contains("\"starts\":1");
        services("stop", "www");
    }

    /** The root, and {@code test}, in which {@code lab} is the host's. */
    private void startParent() throws Exception {
        Path root = Files.writeString(folder.resolve("root.zone"), zone("""
                .          NS  ns.parent.test.
                test.      NS  ns.parent.test.
                ns.parent.test. A %s
                """.formatted(PARENT)));
        Path test = Files.writeString(folder.resolve("test.zone"), zone("""
                test.           NS  ns.parent.test.
                ns.parent.test. A   %s
                lab.test.       NS  ns.lab.test.
                ns.lab.test.    A   %s
                """.formatted(PARENT, OWN)));
        startNamed("parent", PARENT, "recursion no;", """
                zone "." { type primary; file "%s"; };
                zone "test" { type primary; file "%s"; };
                """.formatted(root, test));
    }

    private static String zone(String records) {
        return "$TTL 60\n@ SOA ns.parent.test. admin.parent.test. 1 3600 600 86400 1\n" + records;
    }

    private void startResolver() throws Exception {
        Path hints = Files.writeString(folder.resolve("hints"), ". 60 NS ns.parent.test.\nns.parent.test. 60 A " + PARENT + "\n");
        startNamed("resolver", RESOLVER, "recursion yes; allow-recursion { any; }; empty-zones-enable no;",
                "zone \".\" { type hint; file \"" + hints + "\"; };\n");
    }

    private void startNamed(String name, String address, String options, String zones) throws Exception {
        Path directory = Files.createDirectory(folder.resolve(name));
        Path configuration = Files.writeString(directory.resolve("named.conf"), """
                options { directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session"; dnssec-validation no;
                          listen-on-v6 { none; }; listen-on { %2$s; }; query-source address %2$s; %3$s };
                controls { };
                %4$s""".formatted(directory, address, options, zones));
        Command named = startInside("named", "-g", "-4", "-c", configuration.toString());
        await().atMost(LONG).until(() -> {
            assertThat(named.process().isAlive()).as(() -> named.awaitNotice("")).isTrue();
            return inside("dig", "+short", "+time=5", "+tries=1", "@" + address, "ns.parent.test").text().equals(PARENT + "\n");
        });
    }
}
