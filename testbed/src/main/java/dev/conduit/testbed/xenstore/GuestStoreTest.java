package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client does, with the rights of a guest: everything happens below its "data". */
class GuestStoreTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final String base = "data/store";
    private XenStoreClient client;

    private static XenStoreClient connect() throws XenStoreException {
        return XenStoreClients.connect(Place.DEVICE);
    }

    @BeforeEach
    void open() throws Exception {
        client = connect();
        client.mkdir(base);
    }

    @AfterEach
    void close() throws Exception {
        client.remove(base);
        client.close();
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        byte[] value = {0, 1, (byte) 0xFF, 0};
        client.write(base + "/a/b", value);

        assertThat(client.read(base + "/a/b")).isEqualTo(value);
        assertThat(client.read(base + "/a")).isEmpty();
        assertThat(client.list(base + "/a")).containsExactly("b");
    }

    @Test
    void shouldTellThatANodeIsMissing() throws Exception {
        assertThat(client.exists(base + "/none")).isFalse();
        assertThatThrownBy(() -> client.read(base + "/none")).isInstanceOf(XenStoreException.class)
                .matches(e -> ((XenStoreException) e).is("ENOENT"));
    }

    @Test
    void shouldRemoveSubtrees() throws Exception {
        client.write(base + "/a/b/c", "1");
        client.write(base + "/a/d", "2");
        client.remove(base + "/a");

        assertThat(client.exists(base + "/a/b/c")).isFalse();
        assertThat(client.list(base)).isEmpty();
    }

    @Test
    void shouldKeepPermissions() throws Exception {
        List<Permission> permissions = List.of(new Permission(Access.NONE, Place.domain()), new Permission(Access.READ, 0));
        client.write(base + "/a", "1");
        client.setPermissions(base + "/a", permissions);

        assertThat(client.permissions(base + "/a")).isEqualTo(permissions);
    }

    @Test
    void shouldCommitTransactionsAsAWhole() throws Exception {
        try (XenStoreClient other = connect()) {
            client.transaction(transaction -> {
                transaction.write(base + "/a", "1");
                transaction.write(base + "/b", "2");
                assertThat(other.exists(base + "/a")).isFalse();
                return null;
            });

            assertThat(other.readString(base + "/a") + other.readString(base + "/b")).isEqualTo("12");
        }
    }

    @Test
    void shouldRetryConflictingTransactions() throws Exception {
        client.write(base + "/n", "0");
        AtomicInteger runs = new AtomicInteger();
        try (XenStoreClient other = connect()) {
            client.transaction(transaction -> {
                int n = Integer.parseInt(transaction.readString(base + "/n"));
                if (runs.incrementAndGet() == 1) {
                    other.write(base + "/n", "10");
                }
                transaction.write(base + "/n", Integer.toString(n + 1));
                return null;
            });
        }

        assertThat(runs).hasValue(2);
        assertThat(client.readString(base + "/n")).isEqualTo("11");
    }

    @Test
    void shouldLeaveNothingOfATransactionThatThrows() throws Exception {
        assertThatThrownBy(() -> client.transaction(transaction -> {
            transaction.write(base + "/a", "1");
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);

        assertThat(client.exists(base + "/a")).isFalse();
    }

    @Test
    void shouldDeliverWatchEvents() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (XenStoreClient.Watch watch = client.watch(base, events::add); XenStoreClient other = connect()) {
            await().atMost(LONG).until(() -> events.contains(base));
            other.write(base + "/a/b", "1");
            client.write(base + "/c", "1");

            await().atMost(LONG).until(() -> events.containsAll(Set.of(base + "/a/b", base + "/c")));
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void shouldWaitForWhatAnotherConnectionWrites() throws Exception {
        try (XenStoreClient other = connect()) {
            ExecutorService pool = Executors.newSingleThreadExecutor();
            try {
                Future<String> waiting = pool.submit(
                        () -> client.waitFor(store -> store.readStringOptional(base + "/answer").orElse(null), LONG));
                other.write(base + "/noise", "1");
                other.write(base + "/answer", "42");

                assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("42");
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @Test
    void shouldEndAWaitInTime() {
        assertThatThrownBy(() -> client.waitFor(store -> store.readStringOptional(base + "/never").orElse(null),
                Duration.ofMillis(300))).isInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Object>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String path = base + "/t" + thread;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < 30; i++) {
                        client.write(path, path + i);
                        assertThat(client.readString(path)).isEqualTo(path + i);
                    }
                    return null;
                }));
            }
            for (Future<Object> one : all) {
                one.get(300, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(client.list(base)).hasSize(8);
    }

    /** A guest may have 128 watches, with oxenstored 100: 200 work only when each connection gives back its own. */
    @Test
    void shouldGiveBackWatchesAndThreadsWhenClosed() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int connection = 0; connection < 10; connection++) {
            try (XenStoreClient one = connect()) {
                for (int watch = 0; watch < 20; watch++) {
                    one.watch(base + "/w" + watch, path -> { });
                }
            }
        }

        await().atMost(LONG).untilAsserted(() -> {
            Set<Thread> now = Thread.getAllStackTraces().keySet();
            assertThat(now).filteredOn(thread -> !before.contains(thread) && thread.getName().contains("xenstore"))
                    .isEmpty();
        });
    }

    @Test
    void shouldGoOnAfterAValueThatIsTooLong() throws Exception {
        client.write(base + "/a", "1");

        assertThatThrownBy(() -> client.write(base + "/a", new byte[5000])).isInstanceOf(XenStoreException.class);
        assertThat(client.readString(base + "/a")).isEqualTo("1");
    }
}
