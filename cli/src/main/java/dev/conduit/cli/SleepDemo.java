package dev.conduit.cli;

import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demo's service that sleeps: a client connects to it, and gets its answer one boot later on the same connection. */
final class SleepDemo {

    private static final String NAME = DemoWwwCommand.NAME;
    private static final String DNS = "www.lab.test";
    private static final String KEPT = "SYN-ACK; the request is sent, and kept";
    /** What curl says beside the page: until it was connected, until the first byte, in all; seconds. */
    private static final String TIMES = "%{time_connect} %{time_starttransfer} %{time_total}";
    private static final Pattern QUERY_TIME = Pattern.compile("Query time: ([0-9]+) msec");

    private final Path host;
    private final Consumer<String> step;
    private final Consumer<String> say;

    SleepDemo(Path host, Consumer<String> step, Consumer<String> say) {
        this.host = host;
        this.step = step;
        this.say = say;
    }

    /** Runs it; tells whether the client got its page. */
    boolean run() throws IOException, InterruptedException {
        List<String> missing = Stream.of("curl curl", "dig bind9-dnsutils", "ip iproute2")
                .filter(each -> !isProgram(each.split(" ")[0])).map(each -> each.split(" ")[1]).toList();
        if (missing.contains("curl")) {
            step.accept("a service that sleeps: left out, it needs curl; on Debian: apt-get install curl");
            return true;
        }
        String why = missing.isEmpty() ? "" : "on Debian: apt-get install " + String.join(" ", missing);
        if (why.isEmpty() && LocalDirectory.userId() != 0) {
            why = "that is for root";
        }
        SleepNetwork made = null;
        if (why.isEmpty()) {
            try {
                made = new SleepNetwork();
            } catch (IOException refused) {
                why = refused.getMessage();
            }
        }
        if (made == null) {
            return throughSockets(why);
        }
        try (SleepNetwork network = made) {
            return throughTap(network);
        }
    }

    private static boolean isProgram(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    private boolean throughTap(SleepNetwork network) throws IOException, InterruptedException {
        step.accept("a service that sleeps: '" + NAME + "' is a guest that does not run, its address " + SleepNetwork.SERVICE);
        say.accept("in network namespaces; the front answers for it, on a TAP device of the bridge; the guest waits a second");
        say.accept("before it starts its server, as a small virtual machine does");
        SleepPicture with = new SleepPicture();
        boolean good;
        String mac;
        try (SleepDirectory directory = new SleepDirectory(host, config("tap, interface: " + SleepNetwork.TAP,
                guest(DemoWwwCommand.Way.adopt)), network::atHost)) {
            long begin = System.nanoTime();
            Instant first = Instant.now();
            String answer = network.atClient("dig", "+tries=1", "+time=5", "@" + SleepNetwork.HOST, DNS);
            Matcher time = QUERY_TIME.matcher(answer);
            say.accept("dig " + DNS + "         " + (time.find() ? "answered in " + time.group(1) + " ms: " : "") + address(answer));
            double before = (System.nanoTime() - begin) / 1e6;
            with.at(0, "DNS query, answered at once");
            good = fetch(network, with, before, KEPT);
            directory.draw(with, first);
            mac = network.atClient("ip", "-o", "neighbour", "show", SleepNetwork.SERVICE).replaceAll(".*lladdr ([0-9a-f:]+).*\n?", "$1");
        }
        say.accept("SYNs sent again       " + network.repeatedSyns());
        SleepPicture without = withoutFront(network, mac);
        double most = Math.max(with.last(), without.last());
        say.accept("with the front:");
        with.lines(most).forEach(say);
        say.accept("without it:");
        without.lines(most).forEach(say);
        return good;
    }

    private static String address(String answer) {
        return answer.lines().filter(line -> line.startsWith(DNS)).map(line -> line.replaceAll(".*\\s", "")).findFirst().orElse("no address");
    }

    /** curl, from the client's namespace. */
    private boolean fetch(SleepNetwork network, SleepPicture picture, double offset, String connection) throws IOException {
        String url = "http://" + SleepNetwork.SERVICE + "/";
        String said = network.atClient("curl", "-sS", "--noproxy", "*", "--max-time", "60", "-w", TIMES, url);
        return describe(said, picture, offset, url, connection);
    }

    /** What curl said, and into the picture when it had which answer. */
    private boolean describe(String said, SleepPicture picture, double offset, String url, String connection) {
        boolean good = said.startsWith(DemoWwwCommand.PAGE);
        String[] times = said.substring(said.lastIndexOf('\n') + 1).split(" ");
        double connected = Double.parseDouble(times[0]) * 1e3;
        double answered = Double.parseDouble(times[1]) * 1e3;
        say.accept(String.format("curl %-17s connected in %.1f ms, answered in %.0f ms: %s", url, connected, answered,
                said.lines().findFirst().orElse("nothing")));
        picture.at(offset, "SYN");
        picture.at(offset + connected, connection);
        picture.at(offset + answered, "response");
        return good;
    }

    /** The same service, booted at the same moment, with nobody who answers meanwhile. */
    private SleepPicture withoutFront(SleepNetwork network, String mac) throws IOException, InterruptedException {
        step.accept("the same without the front: nobody answers the client's SYN, so its kernel sends it again");
        SleepPicture picture = new SleepPicture();
        long before = network.repeatedSyns();
        try (SleepDirectory directory = new SleepDirectory(host, config("none", guest(DemoWwwCommand.Way.link)), network::atHost)) {
            network.atClient("ip", "neighbour", "replace", SleepNetwork.SERVICE, "lladdr", mac, "dev", "eth0", "nud", "permanent");
            Instant begin = Instant.now();
            CompletableFuture<Void> boot = CompletableFuture.runAsync(() -> {
                try {
                    directory.boot();
                } catch (IOException failed) {
                    say.accept("it did not boot: " + failed.getMessage());
                }
            });
            fetch(network, picture, 0, "SYN-ACK, to a SYN that was sent again; the request is sent");
            boot.join();
            directory.draw(picture, begin);
        }
        say.accept("SYNs sent again       " + (network.repeatedSyns() - before));
        return picture;
    }

    private boolean throughSockets(String why) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        step.accept("a service that sleeps: '" + NAME + "' is a guest that does not run, its address 127.0.0.1:" + port);
        say.accept("with the front of sockets; one that hands connections over needs more (" + why + ")");
        SleepPicture picture = new SleepPicture();
        String config = """
                front: { kind: socket }
                services:
                  - name: www
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: %s }
                    ready: { conduit: www, within: 60s }
                    receive: conduit
                """.formatted(port, words(JavaProcess.command("demo-www", "conduit", host.toString(), "none")));
        boolean good;
        try (SleepDirectory directory = new SleepDirectory(host, config, UnaryOperator.identity())) {
            Instant begin = Instant.now();
            String url = "http://127.0.0.1:" + port + "/";
            good = describe(SleepNetwork.call(List.of("curl", "-sS", "--noproxy", "*", "--max-time", "60", "-w", TIMES, url)),
                    picture, 0, url, KEPT);
            directory.draw(picture, begin);
        }
        picture.lines(picture.last()).forEach(say);
        return good;
    }

    private String guest(DemoWwwCommand.Way way) {
        List<String> command = new ArrayList<>(JavaProcess.command("demo-www", way.name(), host.toString(),
                SleepNetwork.SERVICE + SleepNetwork.PREFIX));
        // A virtual machine takes a moment before its programs start, and has no network until then.
        String boot = way == DemoWwwCommand.Way.link ? "ip link set eth0 down; " : "";
        command.addAll(0, List.of("sh", "-c", boot + "sleep 1; exec \"$@\"", "sh"));
        return "{ command: " + words(command) + ", network: { bridge: " + SleepNetwork.BRIDGE + ", quiet: true } }";
    }

    /** A list in YAML. */
    private static String words(List<String> command) {
        return command.stream().map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String config(String front, String process) {
        return """
                dns: { listen: "%s:53", zone: lab.test, ttl: 1s }
                front: { kind: %s }
                services:
                  - name: www
                    dns: [www.lab.test]
                    addresses: ["%s"]
                    ports: [80]
                    launcher: process
                    process: %s
                    ready: { xenstore: data/state, value: up, within: 60s }
                    receive: adopt
                """.formatted(SleepNetwork.HOST, front, SleepNetwork.SERVICE, process);
    }
}
