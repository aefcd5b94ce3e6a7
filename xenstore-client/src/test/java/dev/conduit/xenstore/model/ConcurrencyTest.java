package dev.conduit.xenstore.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreOperations;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of domain 0 and of guests, over sockets and in the JVM, all at once; what they saw must have an order. */
class ConcurrencyTest {

    private static final long SEED = Long.getLong("conduit.fuzz.seed", 1);
    /** Domains of the clients; every other one comes over a socket. */
    private static final int[] DOMAINS = {0, 0, 5, 5, 6, 6};
    private static final int KEYS = 4;
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What one committed transaction saw and did; the number is the count of commits before it. */
    private record Committed(int number, Map<Integer, String> read, Map<Integer, String> written) {
    }

    private interface Work {
        void run(int number, XenStoreClient client, Random random) throws Exception;
    }

    private final XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<XenStoreClient> clients = new ArrayList<>();
    private Path directory;

    @BeforeEach
    void connect() throws IOException {
        directory = Files.createTempDirectory("xs");
        try (XenStoreClient dom0 = server.connect(0)) {
            dom0.mkdir("/m");
            dom0.setPermissions("/m", List.of(new Permission(Access.BOTH, 0)));
            for (int i = 0; i < KEYS; i++) {
                dom0.write("/m/" + i, "none");
            }
            dom0.write("/m/count", "0");
        }
        for (int i = 0; i < DOMAINS.length; i++) {
            if (i % 2 == 0) {
                Path socket = directory.resolve("s" + DOMAINS[i]);
                server.listen(socket, DOMAINS[i]);
                clients.add(XenStoreClients.connect(socket));
            } else {
                clients.add(server.connect(DOMAINS[i]));
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        pool.shutdownNow();
        clients.forEach(XenStoreClient::close);
        server.close();
        Files.delete(directory);
    }

    private void together(Work work) throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            int number = i;
            all.add(pool.submit(() -> {
                work.run(number, clients.get(number), new Random(SEED * 100 + number));
                return null;
            }));
        }
        for (Future<Void> one : all) {
            one.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldLetSingleReadsAndWritesTakeEffectAtOneMoment() throws Exception {
        List<ConcurrentLinkedQueue<Histories.Access>> histories = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            histories.add(new ConcurrentLinkedQueue<>(List.of(new Histories.Access(true, "none", -1, -1))));
        }
        long began = System.nanoTime();
        together((number, client, random) -> {
            for (int i = 0; i < 1500; i++) {
                int key = random.nextInt(KEYS);
                boolean write = random.nextInt(3) == 0;
                String value = number + "-" + i;
                long start = System.nanoTime() - began;
                if (write) {
                    client.write("/m/" + key, value);
                } else {
                    value = client.readString("/m/" + key);
                }
                histories.get(key).add(new Histories.Access(write, value, start, System.nanoTime() - began));
            }
        });
        for (ConcurrentLinkedQueue<Histories.Access> history : histories) {
            assertThat(history).hasSizeGreaterThan(1000);
            assertThat(Histories.problem(history)).as("seed %d", SEED).isNull();
        }
    }

    @Test
    void shouldCommitTransactionsAsIfOneAfterTheOther() throws Exception {
        ConcurrentLinkedQueue<Committed> committed = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Committed> readOnly = new ConcurrentLinkedQueue<>();
        AtomicInteger runs = new AtomicInteger();
        together((number, client, random) -> {
            for (int i = 0; i < 80; i++) {
                int seed = random.nextInt();
                String value = number + "-" + i;
                boolean writes = i % 4 > 0;
                Committed done = client.transaction(tx -> {
                    runs.incrementAndGet();
                    return work(tx, new Random(seed), writes ? value : null);
                });
                (writes ? committed : readOnly).add(done);
            }
        });
        List<Map<Integer, String>> states = replay(committed);
        for (Committed one : readOnly) {
            assertThat(states.get(one.number())).as("seed %d, seen by %s", SEED, one)
                    .containsAllEntriesOf(one.read());
        }
        assertThat(states.get(states.size() - 1)).as("seed %d", SEED).isEqualTo(now());
        assertThat(runs.get()).as("some conflicted").isGreaterThan(committed.size() + readOnly.size());
    }

    private static Committed work(XenStoreOperations tx, Random random, String value)
            throws IOException {
        int count = Integer.parseInt(tx.readString("/m/count"));
        Map<Integer, String> read = new HashMap<>();
        Map<Integer, String> written = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            int key = random.nextInt(KEYS);
            read.put(key, tx.readString("/m/" + key));
        }
        if (value != null) {
            int key = random.nextInt(KEYS);
            tx.write("/m/" + key, value);
            written.put(key, value);
            tx.write("/m/count", "" + (count + 1));
        }
        return new Committed(count, read, written);
    }

    /** The state before each commit and behind the last; fails when one saw another state than its own. */
    private List<Map<Integer, String>> replay(ConcurrentLinkedQueue<Committed> committed) {
        List<Committed> order = committed.stream()
                .sorted(Comparator.comparingInt(Committed::number)).toList();
        List<Map<Integer, String>> states = new ArrayList<>();
        Map<Integer, String> state = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            state.put(i, "none");
        }
        for (int i = 0; i < order.size(); i++) {
            assertThat(order.get(i).number()).as("seed %d: commits counted once each", SEED).isEqualTo(i);
            assertThat(state).as("seed %d, seen by %s", SEED, order.get(i))
                    .containsAllEntriesOf(order.get(i).read());
            states.add(Map.copyOf(state));
            state.putAll(order.get(i).written());
        }
        states.add(state);
        return states;
    }

    private Map<Integer, String> now() throws IOException {
        Map<Integer, String> state = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            state.put(i, clients.get(0).readString("/m/" + i));
        }
        return state;
    }

    @Test
    void shouldNeverConflictOverDifferentNodes() throws Exception {
        together((number, client, random) -> {
            for (int i = 0; i < 150; i++) {
                String own = "/m/own-" + number;
                boolean done = client.tryTransaction(tx -> {
                    int count = tx.readStringOptional(own).map(Integer::parseInt).orElse(0);
                    tx.write(own, "" + (count + 1));
                    if (count % 4 == 0) {
                        tx.write("/m/shared/" + number + "-" + count, "");
                    }
                    return null;
                });
                assertThat(done).as("seed %d, client %d, transaction %d", SEED, number, i).isTrue();
            }
        });
        for (int i = 0; i < DOMAINS.length; i++) {
            assertThat(clients.get(0).readString("/m/own-" + i)).isEqualTo("150");
        }
        assertThat(clients.get(0).list("/m/shared")).hasSize(38 * DOMAINS.length);
    }

    @Test
    void shouldTellEveryWatcherOfTheLastChange() throws Exception {
        List<AtomicReference<String>> seen = new ArrayList<>();
        for (XenStoreClient client : clients) {
            AtomicReference<String> last = new AtomicReference<>();
            seen.add(last);
            client.watch("/m/0", path -> {
                try {
                    last.set(client.readString("/m/0"));
                } catch (IOException e) {
                    last.set(e.toString());
                }
            });
        }
        for (int round = 0; round < 20; round++) {
            together((number, client, random) -> {
                for (int i = 0; i < 10; i++) {
                    client.write("/m/0", number + "-" + random.nextInt());
                }
            });
            String last = clients.get(0).readString("/m/0");
            for (AtomicReference<String> one : seen) {
                await("the last change").atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                        .untilAsserted(() -> assertThat(one.get()).isEqualTo(last));
            }
        }
    }
}
