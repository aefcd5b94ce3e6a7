package dev.conduit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service that sleeps, behind the front that hands over, and then without a front: in network namespaces, for root. */
final class SleepThroughTap {

    private static final String DNS = "www.lab.test";
    private static final Pattern QUERY_TIME = Pattern.compile("Query time: ([0-9]+) msec");

    private final Path host;
    private final SleepNetwork network;
    private final Consumer<String> step;
    private final Consumer<String> say;

    SleepThroughTap(Path host, SleepNetwork network, Consumer<String> step, Consumer<String> say) {
        this.host = host;
        this.network = network;
        this.step = step;
        this.say = say;
    }

    /** Tells whether the client got its page. */
    boolean run() throws IOException, InterruptedException {
        step.accept("a service that sleeps: '" + DemoWwwCommand.NAME + "' is a guest that does not run, its address " + SleepNetwork.SERVICE);
        say.accept("in network namespaces; the front answers for it, on a TAP device of the bridge; the guest waits a second");
        say.accept("before it starts its server, as a small virtual machine does; it has run once before, and was stopped");
        SleepPicture with = new SleepPicture();
        boolean good;
        String mac;
        try (SleepDirectory directory = new SleepDirectory(host, config("tap, interface: " + SleepNetwork.TAP,
                guest(DemoWwwCommand.Way.adopt)), network::atHost)) {
            directory.rehearse();
            long begin = System.nanoTime();
            Instant first = Instant.now();
            String answer = network.atClient("dig", "+tries=1", "+time=5", "@" + SleepNetwork.HOST, DNS);
            Matcher time = QUERY_TIME.matcher(answer);
            say.accept("dig " + DNS + "         " + (time.find() ? "answered in " + time.group(1) + " ms: " : "") + address(answer));
            double before = (System.nanoTime() - begin) / 1e6;
            with.at(0, "DNS query, answered at once");
            good = fetch(with, before, SleepCurl.KEPT);
            directory.draw(with, first, "guest ready, connection handed over");
            mac = network.atClient("ip", "-o", "neighbour", "show", SleepNetwork.SERVICE).replaceAll(".*lladdr ([0-9a-f:]+).*\n?", "$1");
        }
        say.accept("SYNs sent again       " + network.repeatedSyns());
        SleepPicture without = withoutFront(mac);
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
    private boolean fetch(SleepPicture picture, double offset, String connection) throws IOException {
        String url = "http://" + SleepNetwork.SERVICE + "/";
        String said = network.atClient(SleepCurl.command(url).toArray(String[]::new));
        return SleepCurl.describe(said, picture, offset, url, connection, say);
    }

    /** The same service, booted at the same moment, with nobody who answers meanwhile. */
    private SleepPicture withoutFront(String mac) throws IOException, InterruptedException {
        step.accept("the same without the front: nobody answers the client's SYN, so its kernel sends it again");
        SleepPicture picture = new SleepPicture();
        long before = network.repeatedSyns();
        try (SleepDirectory directory = new SleepDirectory(host, config("none", guest(DemoWwwCommand.Way.link)), network::atHost)) {
            directory.rehearse();
            network.atClient("ip", "neighbour", "replace", SleepNetwork.SERVICE, "lladdr", mac, "dev", "eth0", "nud", "permanent");
            Instant begin = Instant.now();
            CompletableFuture<Void> boot = CompletableFuture.runAsync(() -> {
                try {
                    directory.boot();
                } catch (IOException failed) {
                    say.accept("it did not boot: " + failed.getMessage());
                }
            });
            fetch(picture, 0, "SYN-ACK, to a SYN that was sent again; the request is sent");
            boot.join();
            directory.draw(picture, begin, "guest ready");
        }
        say.accept("SYNs sent again       " + (network.repeatedSyns() - before));
        return picture;
    }

    private String guest(DemoWwwCommand.Way way) {
        List<String> command = new ArrayList<>(JavaProcess.command("demo-www", way.name(), host.toString(),
                SleepNetwork.SERVICE + SleepNetwork.PREFIX));
        // A virtual machine takes a moment before its programs start, and has no network until then.
        String boot = way == DemoWwwCommand.Way.link ? "ip link set eth0 down; " : "";
        command.addAll(0, List.of("sh", "-c", boot + "sleep 1; exec \"$@\"", "sh"));
        return "{ command: " + SleepDirectory.words(command) + ", network: { bridge: " + SleepNetwork.BRIDGE + ", quiet: true } }";
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
