package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.rendezvous.nameserver.NameServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts of a site that serve the same name, and the site's name server: three network namespaces, of which the
 * site's routes between the hosts. Needs root.
 */
@Timeout(240)
class TwoHostsTest {

    private static final String DNS = "10.77.0.254";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final String prefix = "conduit" + ProcessHandle.current().pid();
    private final String site = prefix + "s";
    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    @TempDir
    private Path folder;
    private NameServer dns;

    @BeforeEach
    void makeNetwork() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "ip is missing: apt-get install iproute2");
        assumeTrue(LocalDirectory.userId() == 0, "only root can make network namespaces");
        addNamespace(site);
        ip("-n", site, "addr", "add", DNS + "/32", "dev", "lo");
        inSite("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
        for (int host = 1; host <= 2; host++) {
            String name = prefix + "h" + host;
            addNamespace(name);
            ip("-n", site, "link", "add", "to" + host, "type", "veth", "peer", "name", "eth0", "netns", name);
            ip("-n", site, "addr", "add", "10.77." + host + ".254/24", "dev", "to" + host);
            ip("-n", site, "link", "set", "to" + host, "up");
            ip("-n", name, "addr", "add", address(host) + "/24", "dev", "eth0");
            connect(host);
        }
        dns = NameServer.startIn(in(site), NameServer.Kind.BIND, new InetSocketAddress(DNS, 53));
    }

    @AfterEach
    void removeNetwork() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
        }
        if (dns != null) {
            dns.close();
        }
        for (String namespace : namespaces) {
            ip("netns", "del", namespace);
        }
    }

    @Test
    void shouldReachEitherHostFromOutsideAndConduitFromInside() throws Exception {
        Jvm first = host(1);
        Jvm second = host(2);
        Jvm outside = client(site, "-", DNS);
        String viaFirst = "h1 by tcp://10.77.1.1:8080";
        String viaSecond = "h2 by tcp://10.77.2.1:8080";
        for (String uri : new String[] {"//www.lab.test", "//www.lab.test:8080", "tcp://www.lab.test:8080"}) {
            assertThat(outside.ask(uri)).as(uri).isIn(viaFirst, viaSecond);
        }

        Jvm inside = client(prefix + "h1", hostFolder(1), DNS);
        assertThat(inside.ask("//www.lab.test")).isEqualTo("h1 by conduit://www");
        assertThat(inside.ask("conduit://www.lab.test")).isEqualTo("h1 by conduit://www");
        assertThat(inside.ask("tcp://10.77.2.1:8080")).isEqualTo(viaSecond);

        Jvm withFullServer = client(site, "-", address(1));
        assertThat(withFullServer.ask("//www.lab.test:8080")).as("no memory left on h1")
                .contains("10.77.1.1:53 says SERVFAIL");
        Jvm withAnother = client(site, "-", address(1), DNS);
        assertThat(withAnother.ask("//www.lab.test")).as("after h1's SERVFAIL").isIn(viaFirst, viaSecond);
        assertThat(withAnother.ask("tcp://www.lab.test:8080")).as("after h1's SERVFAIL").isIn(viaFirst, viaSecond);

        first.kill();
        ip("-n", prefix + "h1", "link", "set", "eth0", "down");
        for (int i = 0; i < 3; i++) {
            assertThat(outside.ask("//www.lab.test")).as("with h1 dead").isEqualTo(viaSecond);
            assertThat(outside.ask("//www.lab.test:8080")).as("with h1 dead").isEqualTo(viaSecond);
        }
        assertThat(outside.ask("?www.lab.test")).as("nobody could withdraw h1").contains("10.77.1.1", "10.77.2.1");

        connect(1);
        Jvm again = host(1);
        assertThat(outside.ask("?www.lab.test")).contains("10.77.1.1", "10.77.2.1");
        again.finish();
        assertThat(outside.ask("?www.lab.test")).isEqualTo("[tcp://10.77.2.1:8080]");
        second.finish();
        assertThat(outside.ask("?www.lab.test:8080")).isEqualTo("[]");
        await().atMost(LONG).untilAsserted(() ->
                assertThat(outside.ask("//www.lab.test")).contains("the name is not known"));
    }

    private Jvm host(int number) throws IOException {
        return new Jvm(prefix + "h" + number, "host", "h" + number, address(number), DNS, dns.secret(),
                hostFolder(number));
    }

    private Jvm client(String namespace, String hostFolder, String... nameServers) throws IOException {
        List<String> args = new ArrayList<>(List.of("client", hostFolder));
        args.addAll(List.of(nameServers));
        return new Jvm(namespace, args.toArray(String[]::new));
    }

    private String hostFolder(int number) {
        return folder.resolve("host" + number).toString();
    }

    private static String address(int host) {
        return "10.77." + host + ".1";
    }

    private void connect(int host) throws Exception {
        String name = prefix + "h" + host;
        ip("-n", name, "link", "set", "eth0", "up");
        ip("-n", name, "route", "add", "default", "via", "10.77." + host + ".254");
    }

    private void addNamespace(String name) throws Exception {
        Process process = new ProcessBuilder("/usr/sbin/ip", "netns", "add", name).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assumeTrue(process.waitFor() == 0, () -> "this machine gives no network namespaces: " + output);
        namespaces.add(name);
        ip("-n", name, "link", "set", "lo", "up");
    }

    private static List<String> in(String namespace) {
        return List.of("/usr/sbin/ip", "netns", "exec", namespace);
    }

    private static void ip(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/sbin/ip"));
        command.addAll(List.of(args));
        run(command);
    }

    private void inSite(String... args) throws Exception {
        List<String> command = new ArrayList<>(in(site));
        command.addAll(List.of(args));
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    }

    /** A {@link TwoHostsMain} in a namespace. */
    private final class Jvm {

        private final Process process;
        private final BufferedReader output;
        private final Writer input;

        Jvm(String namespace, String... args) throws IOException {
            List<String> command = new ArrayList<>(in(namespace));
            command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
            if (Runtime.version().feature() >= 22) {
                command.add("--enable-native-access=ALL-UNNAMED");
            }
            command.add(TwoHostsMain.class.getName());
            command.addAll(List.of(args));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            processes.add(process);
            output = process.inputReader();
            input = process.outputWriter();
            assertThat(line()).as(command.toString()).isEqualTo("ready");
        }

        String ask(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
            return line();
        }

        private String line() {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return output.readLine();
                } catch (IOException failed) {
                    return failed.toString();
                }
            }).orTimeout(LONG.toSeconds() * 2, TimeUnit.SECONDS).join();
        }

        void kill() {
            process.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
        }

        /** Lets it end by itself, as at an orderly shutdown. */
        void finish() throws Exception {
            input.close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }
}
