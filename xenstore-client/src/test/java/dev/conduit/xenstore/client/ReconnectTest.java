package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.WatchHandler;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client whose servers come and go as the test says. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReconnectTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Records what it is told. */
    private static final class Told implements WatchHandler {

        private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();

        @Override
        public void changed(String path) {
            events.add(path);
        }

        @Override
        public void missed(String watched) {
            events.add("missed " + watched);
        }
    }

    private final BlockingQueue<FakeServer> servers = new LinkedBlockingQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final FakeServer first = new FakeServer();
    private final FakeServer second = new FakeServer();
    private StoreClient client;

    @BeforeEach
    void connect() throws Exception {
        servers.add(first);
        client = client(LONG);
    }

    private StoreClient client(Duration timeout) throws XenStoreException {
        return new StoreClient(this::open, new ClientOptions(timeout, 3, 4).withReconnect());
    }

    private Transport open() throws XenStoreException {
        attempts.incrementAndGet();
        FakeServer server = servers.poll();
        if (server == null) {
            throw new XenStoreException((String) null, "nobody is there");
        }
        return server;
    }

    @AfterEach
    void close() {
        client.close();
        pool.shutdownNow();
        await("end of the connecting thread").atMost(LONG).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("xenstore-reconnect")));
    }

    private <T> Future<T> run(Callable<T> work) {
        return pool.submit(work);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private XenStoreClient.Watch watch(String path, WatchHandler handler, FakeServer server, String token)
            throws Exception {
        Future<XenStoreClient.Watch> watch = run(() -> client.watch(path, Integer.MAX_VALUE, handler));
        server.reply(server.expect(Operation.WATCH, path + "|" + token + "|"), "OK|");
        return get(watch);
    }

    @Test
    void shouldFailCallsInProgressAtOnceAndServeLaterOnes() throws Exception {
        Future<String> read = run(() -> client.readString("/a"));
        first.expect(Operation.READ, "/a|");
        first.lose("the end");
        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessage("XenStore read of '/a' failed: the end");

        Future<String> later = run(() -> client.readString("/b"));
        servers.add(second);
        second.reply(second.expect(Operation.READ, "/b|"), "b");
        assertThat(get(later)).isEqualTo("b");
        assertThat(first.quiet()).isTrue();
    }

    @Test
    void shouldSendToTheNextServerWhatTheOldOneDidNotTake() throws Exception {
        servers.add(second);
        // Its end is not known to the client yet.
        first.close();
        Future<String> read = run(() -> client.readString("/a"));
        second.reply(second.expect(Operation.READ, "/a|"), "a");

        assertThat(get(read)).isEqualTo("a");
        first.lose("the end");
        Future<String> later = run(() -> client.readString("/b"));
        second.reply(second.expect(Operation.READ, "/b|"), "b");
        assertThat(get(later)).isEqualTo("b");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void shouldKeepTryingAndGiveUpOnCallsInTime() throws Exception {
        servers.add(second);
        StoreClient hasty = client(Duration.ofMillis(100));
        second.lose("the end");
        assertThatThrownBy(() -> hasty.read("/a")).isInstanceOf(XenStoreLostException.class).hasMessage(
                "XenStore read of '/a' failed: the server did not come back within 100 ms: nobody is there");
        await().atMost(LONG).until(() -> attempts.get() >= 6);
        FakeServer third = new FakeServer();
        servers.add(third);
        Future<Message> request = run(() -> third.expect(Operation.READ, "/a|"));
        await().atMost(LONG).until(() -> {
            try {
                hasty.read("/a");
                return true;
            } catch (XenStoreException e) {
                return request.isDone();
            }
        });
        hasty.close();
    }

    @Test
    void shouldRegisterWatchesAgainBeforeAnybodyAsks() throws Exception {
        Told told = new Told();
        watch("/w", told, first, "w1");
        first.lose("the end");
        Future<String> read = run(() -> client.readString("/a"));
        servers.add(second);
        Message again = second.expect(Operation.WATCH, "/w|w1|");
        assertThat(second.quiet()).isTrue();
        assertThat(told.events).isEmpty();
        second.reply(again, "OK|");
        second.event("/w|w1|");

        second.reply(second.expect(Operation.READ, "/a|"), "a");
        assertThat(get(read)).isEqualTo("a");
        await().atMost(LONG).until(() -> told.events.size() == 2);
        assertThat(told.events).containsExactlyInAnyOrder("missed /w", "/w");
        second.event("/w/x|w1|");
        await().atMost(LONG).until(() -> told.events.contains("/w/x"));
    }

    @Test
    void shouldTellPlainHandlersToLookAgain() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        watch("/w", events::add, first, "w1");
        first.lose("the end");
        servers.add(second);
        second.reply(second.expect(Operation.WATCH, "/w|w1|"), "OK|");

        await().atMost(LONG).until(() -> events.contains("/w"));
    }

    @Test
    void shouldForgetWatchesThatEndedMeanwhile() throws Exception {
        XenStoreClient.Watch before = watch("/before", new Told(), first, "w1");
        XenStoreClient.Watch during = watch("/during", new Told(), first, "w2");
        first.lose("the end");
        await().atMost(LONG).until(() -> attempts.get() > 1);
        before.close();
        servers.add(second);
        Message again = second.expect(Operation.WATCH, "/during|w2|");
        during.close();
        second.reply(again, "OK|");

        second.reply(second.expect(Operation.UNWATCH, "/during|w2|"), "OK|");
        Future<String> read = run(() -> client.readString("/a"));
        second.reply(second.expect(Operation.READ, "/a|"), "a");
        assertThat(get(read)).isEqualTo("a");
    }

    @Test
    void shouldTryAgainWhenTheNewServerIsLostOrRefusesAWatch() throws Exception {
        Told told = new Told();
        watch("/w", told, first, "w1");
        first.lose("the end");
        servers.add(second);
        second.expect(Operation.WATCH, "/w|w1|");
        second.lose("again");
        FakeServer third = new FakeServer();
        servers.add(third);
        third.refuse(third.expect(Operation.WATCH, "/w|w1|"), "ENOSPC|");
        FakeServer fourth = new FakeServer();
        servers.add(fourth);
        fourth.reply(fourth.expect(Operation.WATCH, "/w|w1|"), "OK|");

        await().atMost(LONG).until(() -> told.events.contains("missed /w"));
        assertThat(told.events).hasSize(1);
    }

    @Test
    void shouldRunTransactionsAgain() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Future<String> result = run(() -> client.transaction(tx -> {
            runs.incrementAndGet();
            return tx.readString("/a");
        }));
        first.reply(first.expect(Operation.TRANSACTION_START, "|"), "7|");
        first.expect(Operation.READ, "/a|");
        first.lose("the end");
        servers.add(second);
        second.reply(second.expect(Operation.TRANSACTION_START, "|"), "1|");
        Message read = second.expect(Operation.READ, "/a|");
        assertThat(read.transactionId()).isEqualTo(1);
        second.reply(read, "a");
        second.reply(second.expect(Operation.TRANSACTION_END, "T|"), "OK|");

        assertThat(get(result)).isEqualTo("a");
        assertThat(runs).hasValue(2);
    }

    @Test
    void shouldNotRunATransactionAgainThatMayHaveCommitted() throws Exception {
        Future<String> result = run(() -> client.transaction(tx -> "done"));
        first.reply(first.expect(Operation.TRANSACTION_START, "|"), "7|");
        first.expect(Operation.TRANSACTION_END, "T|");
        servers.add(second);
        first.lose("the end");

        assertThatThrownBy(() -> get(result)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessage("XenStore transaction end of 'commit' failed: the end");
        assertThat(second.quiet()).isTrue();
    }

    @Test
    void shouldNotUseATransactionOfTheOldServerAtTheNewOne() throws Exception {
        Future<String> result = run(() -> client.transaction(tx -> {
            first.lose("the end");
            servers.add(second);
            // Asked for outside the transaction: waits for the new server.
            client.read("/outside");
            try {
                tx.read("/a");
                return "read";
            } catch (XenStoreLostException e) {
                tx.abort();
                return "lost";
            }
        }));
        first.reply(first.expect(Operation.TRANSACTION_START, "|"), "7|");
        second.reply(second.expect(Operation.READ, "/outside|"), "");

        assertThat(get(result)).isEqualTo("lost");
        assertThat(second.quiet()).isTrue();
    }

    @Test
    void shouldGoOnWaiting() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readStringOptional("/a").orElse(null), LONG));
        first.refuse(first.expect(Operation.READ, "/a|"), "ENOENT|");
        first.reply(first.expect(Operation.WATCH, "/a|w1|"), "OK|");
        first.refuse(first.expect(Operation.READ, "/a|"), "ENOENT|");
        first.lose("the end");
        servers.add(second);
        second.reply(second.expect(Operation.WATCH, "/a|w1|"), "OK|");
        second.reply(second.expect(Operation.READ, "/a|"), "yes");
        second.reply(second.expect(Operation.UNWATCH, "/a|w1|"), "OK|");

        assertThat(get(wait)).isEqualTo("yes");
    }

    @Test
    void shouldGoOnWaitingWhenItsFirstLookIsLost() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readStringOptional("/a").orElse(null), LONG));
        first.expect(Operation.READ, "/a|");
        first.lose("the end");
        servers.add(second);
        second.reply(second.expect(Operation.WATCH, "/a|w1|"), "OK|");
        second.reply(second.expect(Operation.READ, "/a|"), "yes");
        second.reply(second.expect(Operation.UNWATCH, "/a|w1|"), "OK|");

        assertThat(get(wait)).isEqualTo("yes");
    }

    @Test
    void shouldEndWaitingCallsOnClose() throws Exception {
        first.lose("the end");
        await().atMost(LONG).until(() -> attempts.get() > 2);
        Future<String> read = run(() -> client.readString("/a"));
        client.close();

        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessage("XenStore read of '/a' failed: the XenStore client was closed");
        assertThatThrownBy(() -> client.read("/b")).hasMessage(
                "XenStore read of '/b' failed: the XenStore client was closed");
    }

    @Test
    void shouldEndWaitsAndTransactionsOnClose() throws Exception {
        Future<String> wait = run(() -> client.waitFor(store -> store.readStringOptional("/a").orElse(null), LONG));
        first.refuse(first.expect(Operation.READ, "/a|"), "ENOENT|");
        first.reply(first.expect(Operation.WATCH, "/a|w1|"), "OK|");
        first.refuse(first.expect(Operation.READ, "/a|"), "ENOENT|");
        AtomicInteger runs = new AtomicInteger();
        Future<String> transaction = run(() -> client.transaction(tx -> {
            runs.incrementAndGet();
            return tx.readString("/b");
        }));
        first.reply(first.expect(Operation.TRANSACTION_START, "|"), "7|");
        first.expect(Operation.READ, "/b|");
        client.close();

        assertThatThrownBy(() -> get(wait)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessageEndingWith("the XenStore client was closed");
        assertThatThrownBy(() -> get(transaction)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessage("XenStore read of '/b' failed: the XenStore client was closed");
        assertThat(runs).hasValue(1);
    }

    @Test
    void shouldCloseWhileWatchesAreRegisteredAgain() throws Exception {
        watch("/w", new Told(), first, "w1");
        first.lose("the end");
        servers.add(second);
        second.expect(Operation.WATCH, "/w|w1|");
        client.close();

        await().atMost(LONG).until(second::isClosed);
    }
}
