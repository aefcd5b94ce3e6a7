package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.core.namespaces.BadWire;
import dev.conduit.core.namespaces.Namespaces;
import dev.conduit.core.net.FrameLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A host with a directory, and a client, each in a network namespace: 10.77.0.254 and fd77::254 on the host's bridge
 * {@code br0}, 10.77.0.1 and fd77::1 on the client's {@code eth0}. Needs root.
 */
final class Site implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(60);
    /** What goes each way through one connection: for gigabytes, {@code -Dconduit.transfer.mebibytes=1024}. */
    static final long TRANSFER = Long.getLong("conduit.transfer.mebibytes", 200) << 20;
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    final Namespaces namespaces = new Namespaces();
    final String host;
    final String client;
    final LocalHost local;
    private final Path folder;
    private final Path log;
    private final BadWire wire;
    private Process jitsud;

    Site(Path folder) throws IOException {
        this(folder, null);
    }

    /** @param seed of what a bad wire between client and bridge does; null for a good wire */
    Site(Path folder, Long seed) throws IOException {
        this.folder = folder;
        this.log = folder.resolve("jitsud.log");
        host = namespaces.add("h");
        client = namespaces.add("c");
        // Without an address of its own a bridge has that of a port, and another one when a guest's port comes or goes.
        namespaces.ip(host, "link", "add", "br0", "address", "02:00:00:77:00:fe", "type", "bridge", "mcast_snooping", "0");
        namespaces.ip(host, "address", "add", "10.77.0.254/24", "dev", "br0");
        namespaces.ip(host, "address", "add", "fd77::254/64", "dev", "br0", "nodad");
        namespaces.ip(host, "link", "set", "br0", "up");
        if (seed == null) {
            namespaces.wire(host, "c0", client, "eth0");
            wire = null;
        } else {
            wire = new BadWire(tap("c", client, "eth0"), tap("w", host, "c0"), seed);
        }
        port("c0");
        namespaces.ip(client, "address", "add", "10.77.0.1/24", "dev", "eth0");
        namespaces.ip(client, "address", "add", "fd77::1/64", "dev", "eth0", "nodad");
        local = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
    }

    private FrameLink tap(String suffix, String namespace, String name) throws IOException {
        FrameLink link = FrameLink.tap(namespaces.unique(suffix));
        namespaces.move(namespaces.unique(suffix), namespace, name);
        return link;
    }

    /** Makes an interface of the host a port of its bridge. */
    void port(String device) throws IOException {
        namespaces.ip(host, "link", "set", device, "master", "br0", "up");
    }

    /** Makes a TAP device {@code f0} that is a port of the bridge. */
    void tap() throws IOException {
        namespaces.ip(host, "tuntap", "add", "f0", "mode", "tap");
        port("f0");
    }

    /** A Java program's command, which starts quickly. */
    static List<String> java(String main, String... arguments) {
        return program(List.of("-XX:TieredStopAtLevel=1"), main, arguments);
    }

    /** Of one that moves much data. */
    static List<String> strongJava(String main, String... arguments) {
        return program(List.of(), main, arguments);
    }

    private static List<String> program(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-cp", CLASS_PATH));
        command.addAll(options);
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(main);
        command.addAll(List.of(arguments));
        return command;
    }

    /** The same in a configuration. */
    static String inYaml(List<String> command) {
        return "[\"" + String.join("\", \"", command) + "\"]";
    }

    void startJitsud(String configuration) throws IOException {
        Path config = Files.writeString(folder.resolve("services.yaml"), configuration);
        List<String> command = new ArrayList<>(Namespaces.prefix(host));
        command.addAll(java("dev.conduit.cli.Main", "jitsud", "--config", config.toString(), "--dir", directory()));
        jitsud = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        awaitLog("stop it with");
    }

    private String directory() {
        return local.directory().toString();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    void awaitLog(String text) {
        await().atMost(LONG).untilAsserted(() -> {
            String said = log();
            assertThat(jitsud.isAlive()).as(said).isTrue();
            assertThat(said).contains(text);
        });
    }

    void killJitsud() throws InterruptedException, IOException {
        jitsud.destroyForcibly().waitFor();
        Files.delete(log);
    }

    void stopService(String name) throws Exception {
        Process stop = new ProcessBuilder(java("dev.conduit.cli.Main", "services", "stop", name, "--dir", directory()))
                .inheritIO().start();
        assertThat(stop.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    List<String> curlCommand(String... more) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--no-progress-meter", "--max-time", "60"));
        command.addAll(List.of(more));
        return command;
    }

    String curl(String... more) throws IOException {
        return namespaces.in(client, curlCommand(more).toArray(String[]::new));
    }

    Process startInClient(Path output, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(Namespaces.prefix(client));
        all.addAll(command);
        return new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    /** As many bytes each way on one connection of the client's; what arrives is compared by hash. */
    void requireTransfer(String address, long bytes) throws IOException {
        List<String> command = strongJava(TransferClient.class.getName(), address, "80", Long.toString(bytes));
        assertThat(namespaces.in(client, command.toArray(String[]::new)).lines().toList())
                .isEqualTo(Collections.nCopies(2, PlainServer.digest(bytes)));
    }

    /** The client's kernel has seen nothing but connections. */
    void requireNothingNoticed() throws IOException {
        assertThat(namespaces.counter(client, "TcpExt", "TCPSynRetrans")).as("SYNs sent again").isZero();
        requireNoReset();
    }

    void requireNoReset() throws IOException {
        assertThat(namespaces.counter(client, "Tcp", "EstabResets")).as("resets").isZero();
        assertThat(namespaces.counter(client, "Tcp", "AttemptFails")).as("refused").isZero();
    }

    @Override
    public void close() throws IOException {
        if (jitsud != null) {
            jitsud.destroyForcibly().onExit().join();
        }
        local.close();
        if (wire != null) {
            wire.close();
        }
        namespaces.close();
    }
}
