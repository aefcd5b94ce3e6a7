package dev.conduit.xenstore.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
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
import org.junit.jupiter.api.Timeout;

/** What every client must do, over whatever transport, at whatever server. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class ClientContract {

    /** Longer than anything takes. */
    protected static final Duration LONG = Duration.ofSeconds(60);

    /** Connected with the rights of domain 0 before each test. */
    protected XenStoreClient client;

    /** Connects with the rights of domain 0. */
    protected abstract XenStoreClient connect(ClientOptions options) throws Exception;

    /** What may differ. */
    protected abstract Dialect dialect();

    /** Longest payload of a request. */
    protected int maximumPayload() {
        return 4096;
    }

    /** A node of the test's own. */
    protected static String at(String name) {
        return "/contract/" + name;
    }

    @BeforeEach
    protected void open() throws Exception {
        client = connect(ClientOptions.defaults());
        client.remove("/contract");
        client.mkdir("/contract");
    }

    @AfterEach
    protected void close() throws Exception {
        client.close();
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        byte[] value = {0, 1, (byte) 0xFF, 0};
        client.write(at("b/c"), value);

        assertThat(client.read(at("b/c"))).isEqualTo(value);
        assertThat(client.read(at("b"))).isEmpty();
        assertThat(client.list(at("b"))).containsExactly("c");
        assertThat(client.exists(at("b"))).isTrue();
    }

    @Test
    void shouldReadValueAndPermissionsTogether() throws Exception {
        client.write(at("n"), "x");
        client.setPermissions(at("n"), List.of(new Permission(Access.NONE, 0), new Permission(Access.READ, 7)));

        XenStoreNode node = client.node(at("n")).orElseThrow();
        assertThat(node.path()).isEqualTo(at("n"));
        assertThat(node.text()).isEqualTo("x");
        assertThat(node.permissions()).isEqualTo(client.permissions(at("n")));
        assertThat(client.node(at("none"))).isEmpty();
        assertThat(client.<Boolean, XenStoreException>transaction(tx -> tx.node(at("none")).isEmpty())).isTrue();
    }

    @Test
    void shouldMakeManyChangesTogether() throws Exception {
        List<Permission> permissions = List.of(new Permission(Access.READ, 0));
        client.write(at("old"), "x");
        XenStoreChanges changes = new XenStoreChanges().write(at("m/a"), "1").write(at("m/b"), "2", permissions)
                .remove(at("old"));
        client.<Boolean, XenStoreException>transaction(tx -> {
            tx.apply(changes);
            assertThat(tx.readString(at("m/b"))).isEqualTo("2");
            return true;
        });

        assertThat(client.readString(at("m/a"))).isEqualTo("1");
        assertThat(client.permissions(at("m/b"))).isEqualTo(permissions);
        assertThat(client.exists(at("old"))).isFalse();
    }

    @Test
    void shouldTellTheFirstRefusalOfManyChanges() throws Exception {
        client.apply(new XenStoreChanges());
        assertThatThrownBy(() -> client.apply(new XenStoreChanges().write(at("m/a"), "1").remove(at("no/such"))
                .write(at("m/b"), "2").remove(at("no/other")))).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore rm of '" + at("no/such") + "' refused: ENOENT");
        assertThat(client.readString(at("m/b"))).isEqualTo("2");
        assertThatThrownBy(() -> client.apply(new XenStoreChanges().write(at("m/c"), "1").remove("/a//b")))
                .hasMessage("path '/a//b' has an empty component at index 3");
        assertThat(client.exists(at("m/c"))).isFalse();
    }

    @Test
    void shouldTellThatANodeIsMissing() throws Exception {
        assertThat(client.readOptional(at("none"))).isEmpty();
        assertThat(client.exists(at("none"))).isFalse();
        assertThatThrownBy(() -> client.read(at("none"))).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/contract/none' refused: ENOENT")
                .matches(e -> ((XenStoreException) e).is("ENOENT"));
    }

    @Test
    void shouldRefuseBadPathsBeforeSending() {
        assertThatThrownBy(() -> client.read("/a//b")).isInstanceOf(XenStoreException.class)
                .hasMessage("path '/a//b' has an empty component at index 3");
        assertThatThrownBy(() -> client.read("/" + "x".repeat(3072))).isInstanceOf(XenStoreException.class)
                .hasMessage("absolute path of 3073 characters, at most 3072 are allowed");
        int value = maximumPayload() - 2;
        assertThatThrownBy(() -> client.write("/a", new byte[value])).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore write of '/a' takes " + (value + 3) + " bytes, at most " + maximumPayload()
                        + " fit in one request");
    }

    @Test
    void shouldListMoreChildrenThanFitInAMessage() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            names.add("child-number-" + i);
            client.mkdir(at("big/" + names.get(i)));
        }
        if (!dialect().longLists()) {
            assertThatThrownBy(() -> client.list(at("big"))).hasMessage(
                    "XenStore directory of '/contract/big' refused: E2BIG");
            return;
        }

        assertThat(client.list(at("big"))).containsExactlyInAnyOrderElementsOf(names);
        assertThat(client.<List<String>, XenStoreException>transaction(tx -> tx.list(at("big"))))
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(client.walk(at("big"), WalkLimits.defaults())).hasSize(1001);
    }

    @Test
    void shouldListWhatKeepsChanging() throws Exception {
        int count = dialect().longLists() ? 500 : 100;
        for (int i = 0; i < count; i++) {
            client.mkdir(at("big/child-number-" + i));
        }
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (XenStoreClient other = connect(ClientOptions.defaults())) {
            Future<Void> changes = pool.submit(() -> {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                    other.mkdir(at("big/more"));
                    other.remove(at("big/more"));
                }
                return null;
            });
            for (int i = 0; i < 20; i++) {
                List<String> names = client.list(at("big"));
                names.remove("more");
                assertThat(names).hasSize(count).doesNotHaveDuplicates();
            }
            assertThat(changes).isNotDone();
            pool.shutdownNow();
            assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldRemoveSubtrees() throws Exception {
        client.write(at("b/c"), "1");
        client.remove(at("b"));
        client.remove(at("b"));

        assertThat(client.list("/contract")).isEmpty();
        assertThatThrownBy(() -> client.remove(at("x/y"))).hasMessageEndingWith("ENOENT");
        if (dialect().keepsRoot()) {
            assertThatThrownBy(() -> client.remove("/")).hasMessageEndingWith("EINVAL");
        }
    }

    @Test
    void shouldSetAndReadPermissions() throws Exception {
        List<Permission> permissions = List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5));
        client.mkdir(at("b"));
        client.setPermissions(at("b"), permissions);

        assertThat(client.permissions(at("b"))).isEqualTo(permissions);
        client.mkdir(at("b/c"));
        assertThat(client.permissions(at("b/c"))).isEqualTo(permissions);
    }

    @Test
    void shouldWalkWithValuesAndPermissions() throws Exception {
        client.write(at("w/a/deep/er"), "1");
        client.write(at("w/b"), new byte[] {0, (byte) 0x80});
        client.setPermissions(at("w/b"), List.of(new Permission(Access.READ, 0), new Permission(Access.BOTH, 7)));
        List<XenStoreNode> nodes = client.walk(at("w"), WalkLimits.defaults().withPermissions());

        assertThat(nodes.get(0).path()).isEqualTo(at("w"));
        assertThat(nodes).extracting(XenStoreNode::path).containsExactlyInAnyOrder(at("w"), at("w/a"), at("w/a/deep"),
                at("w/a/deep/er"), at("w/b"));
        XenStoreNode leaf = nodes.stream().filter(node -> node.name().equals("er")).findAny().orElseThrow();
        assertThat(leaf.depth()).isEqualTo(3);
        assertThat(leaf.text()).isEqualTo("1");
        XenStoreNode other = nodes.stream().filter(node -> node.name().equals("b")).findAny().orElseThrow();
        assertThat(other.value()).containsExactly(0, 0x80);
        assertThat(other.permissions()).hasToString("[r0, b7]");
        assertThat(client.walk(at("w"), WalkLimits.defaults()).get(0).permissions()).isEmpty();
        assertThat(client.walk("/", WalkLimits.defaults())).extracting(XenStoreNode::path).contains("/", "/contract");
        assertThatThrownBy(() -> client.walk(at("none"), WalkLimits.defaults())).hasMessageEndingWith("ENOENT");
    }

    @Test
    void shouldWalkWhatOthersRemoveMeanwhile() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (XenStoreClient other = connect(ClientOptions.defaults())) {
            client.write(at("w/stays"), "here");
            Future<Void> changes = pool.submit(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    for (int i = 0; i < 20; i++) {
                        other.write(at("w/" + i + "/x"), "there");
                    }
                    for (int i = 0; i < 20; i++) {
                        other.remove(at("w/" + i));
                    }
                }
                return null;
            });
            for (int i = 0; i < 50; i++) {
                assertThat(client.walk(at("w"), WalkLimits.defaults())).extracting(XenStoreNode::path)
                        .contains(at("w/stays")).doesNotHaveDuplicates();
            }
            assertThat(changes).isNotDone();
            pool.shutdownNow();
            assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldCommitTransactionsAsAWhole() throws Exception {
        int result = client.transaction(tx -> {
            tx.write(at("t/a"), "1");
            tx.write(at("t/b"), "2");
            assertThat(client.exists(at("t"))).isFalse();
            return tx.list(at("t")).size();
        });

        assertThat(result).isEqualTo(2);
        assertThat(client.readString(at("t/b"))).isEqualTo("2");
    }

    @Test
    void shouldAbortTransactionsThatThrow() {
        assertThatThrownBy(() -> client.transaction(tx -> {
            tx.write(at("t"), "1");
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);

        assertThatThrownBy(() -> client.read(at("t"))).hasMessageEndingWith("ENOENT");
    }

    @Test
    void shouldAbortByTheHandle() throws Exception {
        String result = client.transaction(tx -> {
            tx.write(at("t"), "1");
            tx.abort();
            tx.abort();
            assertThatThrownBy(() -> tx.read(at("t"))).hasMessage(
                    "the transaction that was to use '/contract/t' has ended");
            return "given up";
        });

        assertThat(result).isEqualTo("given up");
        assertThat(client.exists(at("t"))).isFalse();
        assertThat(client.tryTransaction(tx -> {
            tx.abort();
            return null;
        })).isFalse();
    }

    @Test
    void shouldTryATransactionOnce() throws Exception {
        client.write(at("counter"), "0");
        AtomicInteger runs = new AtomicInteger();
        assertThat(client.tryTransaction(tx -> {
            tx.read(at("counter"));
            client.write(at("counter"), "" + runs.incrementAndGet());
            tx.write(at("other"), "");
            return null;
        })).isFalse();
        assertThat(runs).hasValue(1);
        assertThat(client.exists(at("other"))).isFalse();
        assertThat(client.tryTransaction(tx -> {
            tx.write(at("other"), "");
            return null;
        })).isTrue();
        assertThat(client.exists(at("other"))).isTrue();
    }

    @Test
    void shouldRetryConflictingTransactions() throws Exception {
        client.write(at("counter"), "0");
        AtomicInteger runs = new AtomicInteger();
        client.transaction(tx -> {
            int value = Integer.parseInt(tx.readString(at("counter")));
            if (runs.getAndIncrement() == 0) {
                client.write(at("counter"), "10");
            }
            tx.write(at("counter"), Integer.toString(value + 1));
            return null;
        });

        assertThat(client.readString(at("counter"))).isEqualTo("11");
        assertThat(runs).hasValue(2);
    }

    @Test
    void shouldGiveUpOnTransactionsThatAlwaysConflict() throws Exception {
        client.write(at("counter"), "0");
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> client.transaction(tx -> {
            tx.read(at("counter"));
            client.write(at("counter"), "" + runs.incrementAndGet());
            tx.write(at("other"), "");
            return null;
        })).isInstanceOf(XenStoreException.class).hasMessage("XenStore transaction conflicted in each of 50 tries");
        assertThat(runs).hasValue(50);
    }

    @Test
    void shouldRefuseToUseATransactionThatEnded() throws Exception {
        XenStoreOperations kept = client.transaction(tx -> tx);

        assertThatThrownBy(() -> kept.readOptional(at("a"))).isInstanceOf(XenStoreException.class)
                .hasMessage("the transaction that was to use '/contract/a' has ended");
    }

    @Test
    void shouldRemoveAndPruneEmptyParents() throws Exception {
        client.write(at("p/kept/x"), "1");
        client.write(at("p/a/b/c/d"), "1");
        client.removePruningEmptyParents(at("p/a/b/c"), at("p"));
        assertThat(client.list(at("p"))).containsExactly("kept");

        client.write(at("p/a"), "has a value");
        client.write(at("p/a/b/c"), "1");
        client.removePruningEmptyParents(at("p/a/b/c"), at("p"));
        assertThat(client.list(at("p/a"))).isEmpty();

        client.removePruningEmptyParents(at("p/kept/x"), at("p/kept"));
        assertThat(client.list(at("p/kept"))).isEmpty();
        assertThatThrownBy(() -> client.removePruningEmptyParents(at("p/kept"), at("p/k")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'/contract/p/k' is no ancestor of '/contract/p/kept'");
    }

    @Test
    void shouldDeliverWatchEvents() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch(at("w"), events::add);
        await().atMost(LONG).until(() -> events.contains(at("w")));
        client.write(at("w/x/y"), "1");
        await().atMost(LONG).until(() -> events.contains(at("w/x/y")));
        watch.close();
        int seen = events.size();
        client.write(at("w/x/z"), "1");
        assertThat(client.list(at("w/x"))).hasSize(2);
        assertThat(events).hasSize(seen);
    }

    @Test
    void shouldWatchDownToADepth() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> all = new ConcurrentLinkedQueue<>();
        client.watch(at("w"), 1, events::add);
        client.watch(at("w"), all::add);
        client.write(at("w/x"), "1");
        client.write(at("w/x/y"), "1");
        client.write(at("w/z"), "1");
        await().atMost(LONG).until(() -> events.contains(at("w/z")) && all.contains(at("w/x/y")));

        assertThat(events).contains(at("w"), at("w/x")).doesNotContain(at("w/x/y"));
        assertThatThrownBy(() -> client.watch(at("w"), -1, path -> { })).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("watch depth -1 is less than 0");
    }

    @Test
    void shouldAllowStoreCallsInHandlers() throws Exception {
        ConcurrentLinkedQueue<String> values = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch(at("w"), path -> values.add(readQuietly(path)));
        client.write(at("w"), "v");
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
    void shouldWaitForACondition() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            AtomicInteger looks = new AtomicInteger();
            Future<String> waited = pool.submit(() -> client.waitFor(store -> {
                looks.incrementAndGet();
                return store.readStringOptional(at("ready")).orElse(null);
            }, LONG));
            // The second look is made when the watch is there.
            await().atMost(LONG).until(() -> looks.get() >= 2);
            client.write(at("ready"), "yes");

            assertThat(waited.get(60, TimeUnit.SECONDS)).isEqualTo("yes");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void shouldTellWhatAWaitWaitedFor() {
        assertThatThrownBy(() -> client.waitFor(store -> store.exists(at("never")) ? "" : null, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("the condition on [/contract/never] did not hold within 20 ms");
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                all.add(pool.submit(() -> {
                    for (int k = 0; k < 50; k++) {
                        client.write(at("many/" + number), Integer.toString(k));
                        assertThat(client.readString(at("many/" + number))).isEqualTo(Integer.toString(k));
                        client.transaction(tx -> {
                            int count = tx.readStringOptional(at("sum")).map(Integer::parseInt).orElse(0);
                            tx.write(at("sum"), Integer.toString(count + 1));
                            return null;
                        });
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get(300, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(client.readString(at("sum"))).isEqualTo("400");
    }

    @Test
    void shouldRefuseCallsAfterClose() {
        client.close();
        client.close();

        assertThatThrownBy(() -> client.read("/")).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/' failed: the XenStore client was closed");
    }

    @Test
    void shouldWorkOnAnInterruptedThread() throws Exception {
        Thread.currentThread().interrupt();
        client.write(at("a"), "1");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(client.readString(at("a"))).isEqualTo("1");
    }

    @Test
    void shouldTellHomesOfDomains() throws Exception {
        assertThat(client.domainPath(5)).isEqualTo("/local/domain/5");
        assertThat(client.domainPath(0)).isEqualTo("/local/domain/0");
    }

    @Test
    void shouldAdministerWhatTheServerKnows() throws Exception {
        assertThat(client.administration().isIntroduced(0)).isTrue();
        assertThat(client.administration().isIntroduced(999)).isFalse();
        assertThat(client.administration().features()).isEqualTo(dialect().features());
        if (dialect().helps()) {
            assertThat(client.administration().control("help")).contains("check");
            assertThat(client.administration().control("check")).isEqualTo("OK");
        }
        if (dialect().quotas()) {
            assertThat(client.administration().quotas()).contains("nodes", "watches", "transactions");
            client.administration().setQuota("nodes", 500);
            assertThat(client.administration().quota("nodes")).isEqualTo(500);
        } else {
            assertThatThrownBy(() -> client.administration().quotas()).isInstanceOf(XenStoreException.class)
                    .hasMessage("the XenStore server does not know quotas");
            assertThatThrownBy(() -> client.administration().quota("nodes"))
                    .hasMessage("XenStore get quota of 'nodes' refused: ENOSYS");
        }
        // The connection is as good as before after all these questions.
        client.write(at("a"), "1");
        assertThat(client.readString(at("a"))).isEqualTo("1");
    }
}
