package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against a server that says what the test says. */
class StoreClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final FakeServer server = new FakeServer();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private StoreClient client = server.client(LONG);

    @AfterEach
    void close() {
        client.close();
        pool.shutdownNow();
    }

    private <T> Future<T> run(Callable<T> work) {
        return pool.submit(work);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldMatchRepliesByIdInAnyOrder() throws Exception {
        Future<String> first = run(() -> client.readString("/1"));
        Message one = server.expect(Operation.READ, "/1|");
        Future<String> second = run(() -> client.readString("/2"));
        Message two = server.expect(Operation.READ, "/2|");
        server.reply(two, "b");
        server.reply(one, "a");

        assertThat(get(first)).isEqualTo("a");
        assertThat(get(second)).isEqualTo("b");
    }

    @Test
    void shouldKeepTheRawErrorString() throws Exception {
        Future<String> read = run(() -> client.readString("/1"));
        server.refuse(server.expect(Operation.READ, "/1|"), "EQUOTA|");

        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/1' refused: EQUOTA")
                .matches(e -> "EQUOTA".equals(((XenStoreException) e).error()));
    }

    @Test
    void shouldReadManyTogether() throws Exception {
        Future<List<String>> read = run(() -> client.readAll(List.of("/1", "/2", "/3")).stream()
                .map(value -> value.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("none")).toList());
        Message one = server.expect(Operation.READ, "/1|");
        Message two = server.expect(Operation.READ, "/2|");
        Message three = server.expect(Operation.READ, "/3|");
        server.reply(three, "c");
        server.refuse(two, "ENOENT|");
        server.reply(one, "");

        assertThat(get(read)).containsExactly("", "none", "c");
    }

    @Test
    void shouldRefuseManyWhenOneMayNotBeRead() throws Exception {
        Future<Object> read = run(() -> client.readAll(List.of("/1", "/2")));
        server.reply(server.expect(Operation.READ, "/1|"), "a");
        server.refuse(server.expect(Operation.READ, "/2|"), "EACCES|");

        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(XenStoreException.class).hasMessageContaining("'/2'");
    }

    @Test
    void shouldAcceptAnOkWithoutNul() throws Exception {
        Future<Object> write = run(() -> {
            client.write("/a", "1");
            return "done";
        });
        server.reply(server.expect(Operation.WRITE, "/a|1"), "OK");

        assertThat(get(write)).isEqualTo("done");
    }

    @Test
    void shouldAcceptRepliesLongerThanTheProtocolAllows() throws Exception {
        Future<List<String>> list = run(() -> client.list("/a"));
        server.reply(server.expect(Operation.DIRECTORY, "/a|"), "name|".repeat(2000));

        assertThat(get(list)).hasSize(2000);
    }

    @Test
    void shouldListInPartsAndStartAgainWhenTheListChanges() throws Exception {
        Future<List<String>> list = run(() -> client.list("/a"));
        server.refuse(server.expect(Operation.DIRECTORY, "/a|"), "E2BIG|");
        server.reply(server.expect(Operation.DIRECTORY_PART, "/a|0|"), "7|one|two|");
        server.reply(server.expect(Operation.DIRECTORY_PART, "/a|8|"), "8|x||");
        server.reply(server.expect(Operation.DIRECTORY_PART, "/a|0|"), "8|one|");
        server.reply(server.expect(Operation.DIRECTORY_PART, "/a|4|"), "8|two|three||");

        assertThat(get(list)).containsExactly("one", "two", "three");
    }

    @Test
    void shouldListInATransactionWhatKeepsChanging() throws Exception {
        Future<List<String>> list = run(() -> client.list("/a"));
        server.refuse(server.expect(Operation.DIRECTORY, "/a|"), "E2BIG|");
        for (int i = 0; i < 3; i++) {
            server.reply(server.expect(Operation.DIRECTORY_PART, "/a|0|"), 2 * i + "|one|");
            server.reply(server.expect(Operation.DIRECTORY_PART, "/a|4|"), 2 * i + 1 + "|two||");
        }
        server.reply(server.expect(Operation.TRANSACTION_START, "|"), "9|");
        Message part = server.expect(Operation.DIRECTORY_PART, "/a|0|");
        assertThat(part.transactionId()).isEqualTo(9);
        server.reply(part, "7|one||");
        Message end = server.expect(Operation.TRANSACTION_END, "F|");
        assertThat(end.transactionId()).isEqualTo(9);
        server.reply(end, "OK|");

        assertThat(get(list)).containsExactly("one");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldDropEventsThatAreTooDeepWhereTheServerKnowsNoDepth() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        Future<XenStoreClient.Watch> watch = run(() -> client.watch("w", 1, events::add));
        server.refuse(server.expect(Operation.WATCH, "w|w1|1|"), "EINVAL|");
        server.reply(server.expect(Operation.WATCH, "w|w1|"), "OK|");
        get(watch);
        server.event("w|w1|");
        server.event("w/a/b|w1|");
        server.event("w/a|w1|");
        await().atMost(LONG).until(() -> events.contains("w/a"));
        assertThat(events).containsExactly("w", "w/a");

        Future<XenStoreClient.Watch> root = run(() -> client.watch("/", 0, events::add));
        server.reply(server.expect(Operation.WATCH, "/|w2|0|"), "OK|");
        get(root);
        server.event("/a|w2|");
        server.event("/|w2|");
        await().atMost(LONG).until(() -> events.contains("/"));
        assertThat(events).doesNotContain("/a");

        Future<XenStoreClient.Watch> special = run(() -> client.watch("@releaseDomain", 1, events::add));
        server.reply(server.expect(Operation.WATCH, "@releaseDomain|w3|1|"), "OK|");
        get(special);
        server.event("@releaseDomain/5|w3|");
        await().atMost(LONG).until(() -> events.contains("@releaseDomain/5"));
    }

    @Test
    void shouldListAnEmptyPart() throws Exception {
        Future<List<String>> list = run(() -> client.list("/a"));
        server.refuse(server.expect(Operation.DIRECTORY, "/a|"), "E2BIG|");
        server.reply(server.expect(Operation.DIRECTORY_PART, "/a|0|"), "7||");

        assertThat(get(list)).isEmpty();
    }

    @Test
    void shouldReportTooBigWhereTheServerHasNoParts() throws Exception {
        Future<List<String>> list = run(() -> client.list("/a"));
        server.refuse(server.expect(Operation.DIRECTORY, "/a|"), "E2BIG|");
        server.refuse(server.expect(Operation.DIRECTORY_PART, "/a|0|"), "ENOSYS|");

        assertThatThrownBy(() -> get(list)).cause().hasMessage("XenStore directory of '/a' refused: E2BIG");
    }

    @Test
    void shouldTakeEventsBeforeTheReplyAndWithGarbageInTheHeader() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        Future<XenStoreClient.Watch> watch = run(() -> client.watch("/w", events::add));
        Message request = server.expect(Operation.WATCH, "/w|w1|");
        server.event("/w|w1|");
        server.event("/other|unknown|");
        server.event("nonsense");
        server.event("");
        server.reply(request, "OK|");

        get(watch);
        await().atMost(LONG).until(() -> events.contains("/w"));
        assertThat(events).containsExactly("/w");
    }

    @Test
    void shouldUseEachTokenOnce() throws Exception {
        for (int i = 1; i <= 3; i++) {
            Future<XenStoreClient.Watch> watch = run(() -> client.watch("/w", path -> { }));
            server.reply(server.expect(Operation.WATCH, "/w|w" + i + "|"), "OK|");
            XenStoreClient.Watch registered = get(watch);
            Future<?> closing = pool.submit(registered::close);
            server.refuse(server.expect(Operation.UNWATCH, "/w|w" + i + "|"), "ENOENT|");
            get(closing);
            registered.close();
            assertThat(server.quiet()).isTrue();
        }
    }

    @Test
    void shouldMergeEqualEventsAndCollapseTooMany() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<XenStoreClient.Watch> watch = run(() -> client.watch("/w", path -> {
            events.add(path);
            entered.countDown();
            awaitQuietly(goOn);
        }));
        server.reply(server.expect(Operation.WATCH, "/w|w1|"), "OK|");
        get(watch);
        server.event("/w/first|w1|");
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3; i++) {
            server.event("/w/a|w1|");
            server.event("/w/b|w1|");
        }
        goOn.countDown();
        await().atMost(LONG).until(() -> events.size() == 3);
        assertThat(events).containsExactly("/w/first", "/w/a", "/w/b");
    }

    @Test
    void shouldTellToLookAgainWhenTooManyEventsWait() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<XenStoreClient.Watch> watch = run(() -> client.watch("/w", path -> {
            events.add(path);
            entered.countDown();
            awaitQuietly(goOn);
        }));
        server.reply(server.expect(Operation.WATCH, "/w|w1|"), "OK|");
        get(watch);
        server.event("/w/first|w1|");
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 5; i++) {
            server.event("/w/" + i + "|w1|");
        }
        server.event("/w/last|w1|");
        goOn.countDown();
        await().atMost(LONG).until(() -> events.contains("/w/last"));
        assertThat(events).containsExactly("/w/first", "/w", "/w/last");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldGoOnWhenAHandlerThrows() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        Future<XenStoreClient.Watch> watch = run(() -> client.watch("/w", path -> {
            events.add(path);
            if (path.equals("/w/bad")) {
                throw new IllegalStateException("handler of a test fails on purpose");
            }
        }));
        server.reply(server.expect(Operation.WATCH, "/w|w1|"), "OK|");
        get(watch);
        server.event("/w/bad|w1|");
        server.event("/w/good|w1|");

        await().atMost(LONG).until(() -> events.contains("/w/good"));
    }

    @Test
    void shouldFailACallWithoutReplyAndDropTheLateOne() throws Exception {
        client = server.client(SHORT);
        assertThatThrownBy(() -> client.read("/a")).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/a' got no reply within 30 ms");
        server.reply(server.expect(Operation.READ, "/a|"), "late");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldEndWhatALateReplyBegan() throws Exception {
        client = server.client(SHORT);
        assertThatThrownBy(() -> client.transaction(tx -> 1)).hasMessage(
                "XenStore transaction start got no reply within 30 ms");
        server.reply(server.expect(Operation.TRANSACTION_START, "|"), "42|");
        assertThat(server.expect(Operation.TRANSACTION_END, "F|").transactionId()).isEqualTo(42);

        assertThatThrownBy(() -> client.watch("/w", path -> { })).hasMessageContaining("no reply");
        server.reply(server.expect(Operation.WATCH, "/w|w1|"), "OK|");
        server.expect(Operation.UNWATCH, "/w|w1|");

        assertThatThrownBy(() -> client.watch("/w", 2, path -> { })).hasMessageContaining("no reply");
        server.reply(server.expect(Operation.WATCH, "/w|w2|2|"), "OK|");
        server.expect(Operation.UNWATCH, "/w|w2|");
    }

    @Test
    void shouldEndAllBlockedCallsWhenTheServerIsLost() throws Exception {
        Future<byte[]> read = run(() -> client.read("/a"));
        server.expect(Operation.READ, "/a|");
        server.lose("the end");

        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/a' failed: the end");
        assertThatThrownBy(() -> client.read("/b")).hasMessage("XenStore read of '/b' failed: the end");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldEndBlockedCallsOnClose() throws Exception {
        Future<byte[]> read = run(() -> client.read("/a"));
        server.expect(Operation.READ, "/a|");
        client.close();

        assertThatThrownBy(() -> get(read)).cause()
                .hasMessage("XenStore read of '/a' failed: the XenStore client was closed");
    }

    @Test
    void shouldTryTransactionsAsOftenAsConfigured() throws Exception {
        Future<Object> work = run(() -> client.transaction(tx -> "never"));
        for (int i = 0; i < 3; i++) {
            server.reply(server.expect(Operation.TRANSACTION_START, "|"), i + 1 + "|");
            server.refuse(server.expect(Operation.TRANSACTION_END, "T|"), "EAGAIN|");
        }

        assertThatThrownBy(() -> get(work)).cause()
                .hasMessage("XenStore transaction conflicted in each of 3 tries")
                .matches(e -> ((XenStoreException) e).is("EAGAIN"));
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldTryAgainWhenTooManyTransactionsAreOpen() throws Exception {
        Future<String> work = run(() -> client.transaction(tx -> "done"));
        server.refuse(server.expect(Operation.TRANSACTION_START, "|"), "ENOSPC|");
        server.refuse(server.expect(Operation.TRANSACTION_START, "|"), "EQUOTA|");
        server.reply(server.expect(Operation.TRANSACTION_START, "|"), "1|");
        server.reply(server.expect(Operation.TRANSACTION_END, "T|"), "OK|");

        assertThat(get(work)).isEqualTo("done");
    }

    @Test
    void shouldNotRepeatTransactionsThatFailOtherwise() throws Exception {
        Future<Object> work = run(() -> client.transaction(tx -> "never"));
        server.reply(server.expect(Operation.TRANSACTION_START, "|"), "1|");
        server.refuse(server.expect(Operation.TRANSACTION_END, "T|"), "ENOMEM|");

        assertThatThrownBy(() -> get(work)).cause().matches(e -> ((XenStoreException) e).is("ENOMEM"));
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldWatchExactlyWhatTheConditionReads() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store ->
                store.readString("/switch").equals("on") ? store.readStringOptional("/value").orElse(null) : null,
                LONG));
        server.reply(server.expect(Operation.READ, "/switch|"), "off");
        server.reply(server.expect(Operation.WATCH, "/switch|w1|"), "OK|");
        server.reply(server.expect(Operation.READ, "/switch|"), "off");
        server.event("/switch|w1|");
        server.reply(server.expect(Operation.READ, "/switch|"), "on");
        server.reply(server.expect(Operation.WATCH, "/value|w2|"), "OK|");
        server.refuse(server.expect(Operation.READ, "/value|"), "ENOENT|");
        server.event("/switch|w1|");
        server.reply(server.expect(Operation.READ, "/switch|"), "off");
        server.reply(server.expect(Operation.UNWATCH, "/value|w2|"), "OK|");
        server.event("/switch|w1|");
        server.reply(server.expect(Operation.READ, "/switch|"), "on");
        server.reply(server.expect(Operation.WATCH, "/value|w3|"), "OK|");
        server.reply(server.expect(Operation.READ, "/value|"), "42");
        Message first = server.expect(Operation.UNWATCH, "/switch|w1|");
        server.reply(first, "OK|");
        server.reply(server.expect(Operation.UNWATCH, "/value|w3|"), "OK|");

        assertThat(get(wait)).isEqualTo("42");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldNotWatchWhatHoldsAtOnce() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readString("/a"), LONG));
        server.reply(server.expect(Operation.READ, "/a|"), "yes");

        assertThat(get(wait)).isEqualTo("yes");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldEndAWaitWithTheErrorOfItsCondition() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readString("/a"), LONG));
        server.refuse(server.expect(Operation.READ, "/a|"), "EACCES|");

        assertThatThrownBy(() -> get(wait)).cause().matches(e -> ((XenStoreException) e).is("EACCES"));
    }

    @Test
    void shouldEndAWaitWhenTheServerIsLost() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readStringOptional("/a").orElse(null), LONG));
        server.refuse(server.expect(Operation.READ, "/a|"), "ENOENT|");
        server.reply(server.expect(Operation.WATCH, "/a|w1|"), "OK|");
        server.refuse(server.expect(Operation.READ, "/a|"), "ENOENT|");
        server.lose("the end");

        assertThatThrownBy(() -> get(wait)).cause().isInstanceOf(XenStoreException.class)
                .hasMessageEndingWith("failed: the end");
    }

    @Test
    void shouldCleanUpAWaitThatIsInterrupted() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Future<Object> wait = run(() -> {
            try {
                return client.waitFor(store -> {
                    boolean there = store.exists("/a");
                    waiting.countDown();
                    return there ? "" : null;
                }, LONG);
            } catch (InterruptedException e) {
                return "interrupted";
            }
        });
        server.refuse(server.expect(Operation.READ, "/a|"), "ENOENT|");
        server.reply(server.expect(Operation.WATCH, "/a|w1|"), "OK|");
        Message last = server.expect(Operation.READ, "/a|");
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
        pool.shutdownNow();
        server.refuse(last, "ENOENT|");
        server.reply(server.expect(Operation.UNWATCH, "/a|w1|"), "OK|");

        assertThat(get(wait)).isEqualTo("interrupted");
    }

    @Test
    void shouldRefuseAnAnswerOfAnotherKind() throws Exception {
        Future<byte[]> read = run(() -> client.read("/a"));
        Message request = server.expect(Operation.READ, "/a|");
        server.reply(Message.of(Operation.WRITE, request.requestId(), 0, new byte[0]), "OK|");

        assertThatThrownBy(() -> get(read)).cause()
                .hasMessage("XenStore read of '/a' was answered by a message of type 11");
    }

    @Test
    void shouldRefuseEmptyPermissions() {
        assertThatThrownBy(() -> client.setPermissions("/a", List.of())).isInstanceOf(XenStoreException.class)
                .hasMessage("permissions for '/a' are empty; the owner must be named");
    }
}
