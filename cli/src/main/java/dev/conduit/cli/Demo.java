package dev.conduit.cli;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The whole story on one machine: a host, two guests, a file by name, a crash, a clean tree, and a service that sleeps. */
final class Demo {

    private static final long SEED = 2015;
    private static final Duration CLEAN_LIMIT = Duration.ofSeconds(10);

    private final Path directory;
    private final long bytes;
    private final long begin = System.nanoTime();

    Demo(Path directory, long bytes) {
        this.directory = directory;
        this.bytes = bytes;
    }

    /** Runs it; returns whether everything came out as promised. */
    boolean run() throws IOException, InterruptedException {
        Path hostDirectory = directory.resolve("host");
        step("starting a host");
        try (JavaProcess host = new JavaProcess("host", "host", "--dir", hostDirectory.toString())) {
            Path socket = Path.of(host.expect("XENSTORED_PATH=")[0].substring("XENSTORED_PATH=".length()));
            try (XenStoreClient store = XenStoreClients.connect(socket)) {
                boolean good = guests(hostDirectory, store)
                        & new SleepDemo(hostDirectory, this::step, Demo::say).run();
                step("stopping the host");
                host.stop();
                step(good ? "done" : "FAILED");
                return good;
            }
        }
    }

    private boolean guests(Path host, XenStoreClient store) throws IOException, InterruptedException {
        step("making a file of " + bytes / (1024 * 1024) + " MiB from seed " + SEED);
        Path original = directory.resolve("original");
        Path copy = directory.resolve("copy");
        DemoFile.make(original, bytes, SEED);
        List<String> before = StoreTree.lines(store, "/conduit");
        step("starting two guests: 'store' listens, 'client' will connect to it by name");
        try (JavaProcess server = guest("store", host, copy)) {
            server.expect("ready");
            try (JavaProcess client = guest("client", host, original)) {
                boolean good = transfer(store, server, client);
                roundTrips(client);
                return good & crash(store, before, server, client);
            }
        }
    }

    private static JavaProcess guest(String role, Path host, Path file) throws IOException {
        return new JavaProcess(role, "demo-guest", role, host.toString(), file.toString());
    }

    private boolean transfer(XenStoreClient store, JavaProcess server, JavaProcess client)
            throws IOException, InterruptedException {
        String sentHash = client.expect("sending")[1];
        client.expect("half");
        step("half of the file has arrived; XenStore holds");
        show(StoreTree.lines(store, "/conduit"));
        for (String domain : store.list("/local/domain")) {
            show(StoreTree.lines(store, "/local/domain/" + domain + "/data/vchan"));
        }
        client.tell("go on");
        String[] sent = client.expect("sent");
        String[] received = server.expect("received");
        double seconds = Long.parseLong(sent[2]) / 1e9;
        double gigabytes = bytes / 1e9;
        long events = Long.parseLong(sent[3]) + Long.parseLong(received[3]);
        long waits = Long.parseLong(sent[4]) + Long.parseLong(received[4]);
        boolean good = Long.parseLong(received[1]) == bytes && received[2].equals(sentHash);
        step("the file has arrived");
        say("SHA-256 at the client  " + sentHash);
        say("SHA-256 at the server  " + received[2] + (good ? "" : "  DIFFERENT"));
        say(String.format("events                 %.0f a gigabyte", events / gigabytes));
        say(String.format("system calls           %.0f a gigabyte on the rings (events sent and waits, both sides)",
                (events + waits) / gigabytes));
        say(String.format("throughput             %.2f GB/s, from file to file", gigabytes / seconds));
        String[] streamed = client.expect("streamed");
        say(String.format("                       %.2f GB/s, from memory to memory",
                Double.parseDouble(streamed[1]) / Double.parseDouble(streamed[2])));
        return good;
    }

    private void roundTrips(JavaProcess client) throws IOException, InterruptedException {
        String[] trips = client.expect("trips");
        step("round trips of " + DemoClient.PING_SIZE + " bytes");
        say(String.format("half of them within   %6.2f us", Long.parseLong(trips[1]) / 1e3));
        say(String.format("99 %% within           %6.2f us", Long.parseLong(trips[2]) / 1e3));
    }

    private boolean crash(XenStoreClient store, List<String> before, JavaProcess server, JavaProcess client)
            throws IOException, InterruptedException {
        client.expect("streaming");
        step("killing the server with -9 (pid " + server.pid() + ") while the client writes");
        server.kill();
        say("the client saw         " + client.expect("saw")[1]);
        client.expect("ended");
        try {
            store.waitFor(
                    reader -> StoreTree.lines(reader, "/conduit").equals(before)
                                    && reader.list("/local/domain").size() <= 1
                            ? true
                            : null,
                    CLEAN_LIMIT);
        } catch (TimeoutException e) {
            step("the tree is NOT clean");
            show(StoreTree.lines(store, "/"));
            return false;
        }
        step("the tree is as it was before the guests came");
        show(StoreTree.lines(store, "/conduit"));
        return true;
    }

    private void step(String text) {
        System.out.printf("[%5.1f s] %s%n", (System.nanoTime() - begin) / 1e9, text);
    }

    private static void say(String text) {
        System.out.println("          " + text);
    }

    private static void show(List<String> lines) {
        lines.forEach(Demo::say);
    }
}
