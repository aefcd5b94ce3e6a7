package dev.conduit.core.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten hand-overs in a row, from process to process, while clients of several kinds work and count. */
@Timeout(600)
class HandOverLoadTest {

    private static final int HAND_OVERS = 10;
    private static final int TRIES = 10;
    private static final int CLIENTS = 3;

    /** So far the writers may be ahead of the watcher, whom the server drops when it reads too little. */
    private static final int EVENTS_WAITING = 5_000;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger total = new AtomicInteger();
    private final CountDownLatch watching = new CountDownLatch(1);
    private final AtomicBoolean working = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path directory;
    private ServerProcess server;

    @BeforeEach
    void startServer() throws Exception {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
        server = new ServerProcess(directory, "first", 0);
        assertThat(server.serves()).isTrue();
    }

    @AfterEach
    void stop() throws Exception {
        working.set(false);
        threads.shutdownNow();
        server.close();
        for (String name : List.of("s0", "next")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }

    /**
     * A busy machine may not get the next one going in the time a server waits for it. Then the server goes on, with
     * nothing lost, and the next try counts.
     */
    private void handOver() throws Exception {
        ServerProcess before = server;
        ServerProcess next = new ServerProcess(directory, "next", 0);
        for (int tries = 1; !next.serves(); tries++) {
            next.close();
            assertThat(before.isAlive()).as("the server goes on after a hand-over that failed").isTrue();
            assertThat(tries).as("tries of a hand-over").isLessThan(TRIES);
            next = new ServerProcess(directory, "next", 0);
        }
        server = next;
        assertThat(before.exitCode()).isZero();
        before.close();
    }

    private List<Integer> results(List<Future<Integer>> futures) throws Exception {
        List<Integer> results = new ArrayList<>();
        for (Future<Integer> future : futures) {
            results.add(future.get(120, TimeUnit.SECONDS));
        }
        return results;
    }

    @Test
    void shouldLoseAndRepeatNothing() throws Exception {
        Future<Integer> watched = threads.submit((Callable<Integer>) this::collectEvents);
        watching.await();
        List<Future<Integer>> writers = new ArrayList<>();
        List<Future<Integer>> counters = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            writers.add(threads.submit((Callable<Integer>) () -> pipeline(number)));
            counters.add(threads.submit((Callable<Integer>) this::transact));
        }
        for (int i = 0; i < HAND_OVERS; i++) {
            handOver();
        }
        working.set(false);
        List<Integer> written = results(writers);
        List<Integer> counted = results(counters);
        assertThat(written).allMatch(count -> count > HAND_OVERS);
        assertThat(counted).allMatch(count -> count > HAND_OVERS);
        try (XenStoreClient client = XenStoreClients.connect(directory.resolve("s0"))) {
            assertThat(client.readString("/counter")).isEqualTo("" + sum(counted));
            assertThat(client.list("/written")).hasSize(sum(written));
            client.write("/written", "the end");
        }
        assertThat(watched.get(120, TimeUnit.SECONDS)).as("events").isEqualTo(sum(written));
        assertThat(seen).hasSize(sum(written));
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    /** Reads each event off the wire, up to one for the watched path itself; gives how many there were. */
    private int collectEvents() throws IOException {
        try (RawClient raw = new RawClient(directory.resolve("s0"))) {
            assertThat(raw.ask(0, RawClient.WATCH, "/written|token|")).isEqualTo("OK|");
            assertThat(raw.receive().payload()).isEqualTo("/written|token|");
            watching.countDown();
            for (int events = 0;; events++) {
                String path = raw.receive().payload();
                if (path.equals("/written|token|")) {
                    return events;
                }
                seen.add(path);
            }
        }
    }

    /** Eight requests on the way at any time; each is answered once, in order. Gives the number of nodes written. */
    private int pipeline(int client) throws IOException {
        int sent = 0;
        int answered = 0;
        try (RawClient raw = new RawClient(directory.resolve("s0"))) {
            while (working.get() || answered < sent) {
                while (working.get() && sent < answered + 8 && total.get() < seen.size() + EVENTS_WAITING) {
                    total.incrementAndGet();
                    sent++;
                    raw.send(RawClient.message(sent, 0, RawClient.WRITE, "/written/" + client + "-" + sent + "|"));
                }
                if (sent == answered) {
                    Thread.yield();
                    continue;
                }
                RawClient.Message reply = raw.receive();
                answered++;
                assertThat(reply.id()).isEqualTo(answered);
                assertThat(reply.payload()).isEqualTo("OK|");
            }
        }
        return sent;
    }

    /** Counts up in transactions, which conflict with each other. Gives how often. */
    private int transact() throws Exception {
        int done = 0;
        try (XenStoreClient store = XenStoreClients.connect(directory.resolve("s0"))) {
            while (working.get()) {
                done += countUp(store);
            }
        }
        return done;
    }

    /** A busy machine may let the others win 50 times: then nothing was counted, and that is no fault. */
    private static int countUp(XenStoreClient store) throws XenStoreException {
        try {
            store.transaction(tx -> {
                int before = Integer.parseInt(tx.readStringOptional("/counter").orElse("0"));
                tx.write("/counter", "" + (before + 1));
                return null;
            });
            return 1;
        } catch (XenStoreException e) {
            if (!e.is("EAGAIN")) {
                throw e;
            }
            return 0;
        }
    }

    @Test
    void shouldNotBeNoticedByDebiansTools() throws Exception {
        Path root = Path.of(System.getProperty("conduit.root", "."));
        assumeTrue(Files.exists(root.resolve(".conduit/peers/complete")),
                "needs Debian's XenStore programs: run testbed/peers/fetch");
        Path tool = root.resolve("testbed/peers/tool");
        int writes = 200;
        Process watch = start(tool, "xenstore-watch", "-n", "" + (writes + 1), "/seen");
        try (BufferedReader lines = watch.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("/seen");
            Callable<Integer> overs = () -> {
                int count = 0;
                for (; working.get(); count++) {
                    handOver();
                }
                return count;
            };
            Future<Integer> handOvers = threads.submit(overs);
            for (int i = 0; i < writes; i++) {
                Process write = start(tool, "xenstore-write", "/seen/" + i, "" + i);
                assertThat(write.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(write.exitValue()).as("xenstore-write %d", i).isZero();
            }
            Set<String> events = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < writes; i++) {
                events.add(lines.readLine());
            }
            working.set(false);
            assertThat(events).hasSize(writes);
            assertThat(handOvers.get(120, TimeUnit.SECONDS)).isPositive();
            assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.exitValue()).isZero();
        } finally {
            watch.destroyForcibly();
        }
    }

    private Process start(Path tool, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(tool.toString()));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("XENSTORED_PATH", directory.resolve("s0").toString());
        return builder.start();
    }
}
