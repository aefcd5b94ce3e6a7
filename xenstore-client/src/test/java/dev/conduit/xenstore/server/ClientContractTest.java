package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** What every client must do, over whatever transport. */
abstract class ClientContractTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    final TestServer server = new TestServer();
    XenStoreClient client;

    abstract XenStoreClient connect(int domain) throws Exception;

    /** What the server counts for a domain whose client was closed: a ring stays while the domain does. */
    int connectionsAfterClose() {
        return 0;
    }

    @BeforeEach
    void open() throws Exception {
        client = connect(0);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        byte[] value = {0, 1, (byte) 0xFF, 0};
        client.write("/a/b/c", value);

        assertThat(client.read("/a/b/c")).isEqualTo(value);
        assertThat(client.read("/a")).isEmpty();
        assertThat(client.list("/a")).containsExactly("b");
        assertThat(client.exists("/a/b")).isTrue();
    }

    @Test
    void shouldNotShareValuesWithTheServer() throws Exception {
        byte[] value = {1};
        client.write("/a", value);
        value[0] = 2;
        client.read("/a")[0] = 3;

        assertThat(client.read("/a")).containsExactly(1);
    }

    @Test
    void shouldTellThatANodeIsMissing() throws Exception {
        assertThat(client.readOptional("/none")).isEmpty();
        assertThat(client.exists("/none")).isFalse();
        assertThatThrownBy(() -> client.read("/none")).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/none' refused: ENOENT")
                .matches(e -> ((XenStoreException) e).is("ENOENT"));
    }

    @Test
    void shouldRefuseBadPathsBeforeSending() {
        assertThatThrownBy(() -> client.read("/a//b")).isInstanceOf(XenStoreException.class)
                .hasMessage("path '/a//b' has an empty component at index 3");
        assertThatThrownBy(() -> client.read("/" + "x".repeat(3072))).isInstanceOf(XenStoreException.class)
                .hasMessage("absolute path of 3073 characters, at most 3072 are allowed");
        assertThatThrownBy(() -> client.write("/a", new byte[4094])).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore write of '/a' takes 4097 bytes, at most 4096 fit in one request");
    }

    @Test
    void shouldListMoreChildrenThanFitInAMessage() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            names.add("child-number-" + i);
            client.mkdir("/big/" + names.get(i));
        }

        assertThat(client.list("/big")).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void shouldRemoveSubtrees() throws Exception {
        client.write("/a/b/c", "1");
        client.remove("/a/b");
        client.remove("/a/b");

        assertThat(client.list("/a")).isEmpty();
        assertThatThrownBy(() -> client.remove("/x/y")).hasMessageEndingWith("ENOENT");
        assertThatThrownBy(() -> client.remove("/")).hasMessageEndingWith("EINVAL");
    }

    @Test
    void shouldSetAndInheritPermissions() throws Exception {
        List<Permission> permissions = List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5));
        client.mkdir("/a");
        client.setPermissions("/a", permissions);
        try (XenStoreClient guest = connect(5)) {
            guest.write("/a/b", "mine");

            assertThat(guest.permissions("/a/b")).containsExactly(new Permission(Access.NONE, 5),
                    new Permission(Access.BOTH, 5));
            assertThatThrownBy(() -> guest.read("/tool")).hasMessageEndingWith("EACCES");
            assertThatThrownBy(() -> guest.read("/nothing")).hasMessageEndingWith("EACCES");
        }
        assertThat(client.permissions("/a")).isEqualTo(permissions);
    }

    @Test
    void shouldUseHomeOfDomainForRelativePaths() throws Exception {
        client.write("/local/domain/5/data", "");
        client.setPermissions("/local/domain/5/data", List.of(new Permission(Access.NONE, 5)));
        try (XenStoreClient guest = connect(5)) {
            guest.write("data/x", "y");

            assertThat(guest.domainPath(5)).isEqualTo("/local/domain/5");
        }
        assertThat(client.readString("/local/domain/5/data/x")).isEqualTo("y");
    }

    @Test
    void shouldCommitTransactionsAsAWhole() throws Exception {
        int result = client.transaction(tx -> {
            tx.write("/t/a", "1");
            tx.write("/t/b", "2");
            assertThat(client.exists("/t")).isFalse();
            return tx.list("/t").size();
        });

        assertThat(result).isEqualTo(2);
        assertThat(client.readString("/t/b")).isEqualTo("2");
    }

    @Test
    void shouldAbortTransactionsThatThrow() {
        assertThatThrownBy(() -> client.transaction(tx -> {
            tx.write("/t", "1");
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);

        assertThat(server.usage(0).transactions()).isZero();
        assertThatThrownBy(() -> client.read("/t")).hasMessageEndingWith("ENOENT");
    }

    @Test
    void shouldRetryConflictingTransactions() throws Exception {
        client.write("/counter", "0");
        AtomicInteger runs = new AtomicInteger();
        client.transaction(tx -> {
            int value = Integer.parseInt(tx.readString("/counter"));
            if (runs.getAndIncrement() == 0) {
                client.write("/counter", "10");
            }
            tx.write("/counter", Integer.toString(value + 1));
            return null;
        });

        assertThat(client.readString("/counter")).isEqualTo("11");
        assertThat(runs).hasValue(2);
    }

    @Test
    void shouldGiveUpOnTransactionsThatAlwaysConflict() throws Exception {
        client.write("/counter", "0");
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> client.transaction(tx -> {
            tx.read("/counter");
            client.write("/counter", "" + runs.incrementAndGet());
            tx.write("/other", "");
            return null;
        })).isInstanceOf(XenStoreException.class).hasMessage("XenStore transaction conflicted in each of 50 tries");
        assertThat(runs).hasValue(50);
    }

    @Test
    void shouldRefuseToUseATransactionThatEnded() throws Exception {
        dev.conduit.xenstore.XenStoreOperations kept = client.transaction(tx -> tx);

        assertThatThrownBy(() -> kept.readOptional("/a")).isInstanceOf(XenStoreException.class)
                .hasMessage("the transaction that was to use '/a' has ended");
    }

    @Test
    void shouldDeliverWatchEvents() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch("/w", events::add);
        await().atMost(LONG).until(() -> events.contains("/w"));
        client.write("/w/x/y", "1");
        await().atMost(LONG).until(() -> events.contains("/w/x/y"));
        assertThat(server.usage(0).watches()).isEqualTo(1);
        watch.close();
        assertThat(server.usage(0).watches()).isZero();
    }

    @Test
    void shouldAllowStoreCallsInHandlers() throws Exception {
        ConcurrentLinkedQueue<String> values = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch("/w", path -> values.add(readQuietly(path)));
        client.write("/w", "v");
        await().atMost(LONG).until(() -> values.contains("v"));
        watch.close();
    }

    private String readQuietly(String path) {
        try {
            return client.readStringOptional(path).orElse("-");
        } catch (XenStoreException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldWaitForAConditionAndCleanUp() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<String> waited = pool.submit(() ->
                    client.waitFor(store -> store.readStringOptional("/ready").orElse(null), LONG));
            await().atMost(LONG).until(() -> server.usage(0).watches() == 1);
            client.write("/ready", "yes");

            assertThat(waited.get(20, TimeUnit.SECONDS)).isEqualTo("yes");
            assertThat(server.usage(0).watches()).isZero();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void shouldCleanUpWhenAWaitTimesOut() {
        assertThatThrownBy(() -> client.waitFor(store -> store.exists("/never") ? "" : null, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("the condition on [/never] did not hold within 20 ms");
        assertThat(server.usage(0).watches()).isZero();
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                all.add(pool.submit(() -> {
                    for (int k = 0; k < 200; k++) {
                        client.write("/many/" + number, Integer.toString(k));
                        assertThat(client.readString("/many/" + number)).isEqualTo(Integer.toString(k));
                        client.transaction(tx -> {
                            int count = tx.readStringOptional("/sum").map(Integer::parseInt).orElse(0);
                            tx.write("/sum", Integer.toString(count + 1));
                            return null;
                        });
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(client.readString("/sum")).isEqualTo("1600");
    }

    @Test
    void shouldEndBlockedCallsWhenTheServerIsLost() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<String> waited = pool.submit(() ->
                    client.waitFor(store -> store.readStringOptional("/never").orElse(null), LONG));
            await().atMost(LONG).until(() -> server.usage(0).watches() == 1);
            server.close();

            assertThatThrownBy(() -> waited.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(XenStoreException.class);
            assertThatThrownBy(() -> client.read("/")).isInstanceOf(XenStoreException.class)
                    .matches(e -> ((XenStoreException) e).error() == null);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void shouldRefuseCallsAfterClose() {
        client.close();
        client.close();

        assertThatThrownBy(() -> client.read("/")).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/' failed: the XenStore client was closed");
        await().atMost(LONG).until(() -> server.usage(0).connections() == connectionsAfterClose());
    }

    @Test
    void shouldWorkOnAnInterruptedThread() throws Exception {
        Thread.currentThread().interrupt();
        client.write("/a", "1");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(client.readString("/a")).isEqualTo("1");
    }

    @Test
    void shouldLoseConnectionsOfAReleasedDomain() throws Exception {
        server.introduce(5);
        client.write("/g", "");
        client.setPermissions("/g", List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5)));
        XenStoreClient guest = connect(5);
        guest.write("/g/own", "x");
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch("@releaseDomain", events::add);
        await().atMost(LONG).until(() -> events.size() == 1);
        server.release(5);
        await().atMost(LONG).until(() -> events.size() == 2);
        watch.close();

        assertThat(client.list("/g")).isEmpty();
        assertThat(client.permissions("/g")).containsExactly(new Permission(Access.NONE, 0));
        await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> guest.read("/g"))
                .isInstanceOf(XenStoreException.class).matches(e -> ((XenStoreException) e).error() == null));
        guest.close();
        await().atMost(LONG).until(() -> server.knowsNothingOf(5));
    }
}
