package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads begin and end watches while servers are lost all the time: the last server has exactly the watches left. */
class ReconnectStressTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int THREADS = 4;
    private static final int STEPS = 300;

    /** Knows watches and transactions; answers on the thread that asks, or on another one. */
    private static final class Server implements Transport {

        private final ExecutorService replies;
        private final Set<String> watches = ConcurrentHashMap.newKeySet();
        private final AtomicInteger count = new AtomicInteger();
        private Receiver receiver;
        private boolean lost;

        Server(ExecutorService replies) {
            this.replies = replies;
        }

        @Override
        public synchronized void start(Receiver newReceiver) {
            receiver = newReceiver;
            if (lost) {
                receiver.lost(new IOException("lost before the start"));
            }
        }

        @Override
        public synchronized void send(Message request) throws IOException {
            if (lost) {
                throw new IOException("lost");
            }
            Message reply = answer(request);
            if (count.incrementAndGet() % 3 == 0) {
                replies.execute(() -> receiver.received(reply));
            } else {
                receiver.received(reply);
            }
        }

        private Message answer(Message request) {
            List<String> strings = Payload.split(request.payload());
            if (request.type() == Operation.WATCH.code() && !watches.add(strings.get(1))) {
                return Message.of(Operation.ERROR, request.requestId(), 0, Payload.strings("EEXIST"));
            }
            if (request.type() == Operation.UNWATCH.code()) {
                watches.remove(strings.get(1));
            }
            return new Message(request.type(), request.requestId(), 0, Payload.strings("1"));
        }

        synchronized void lose() {
            if (!lost) {
                lost = true;
                if (receiver != null) {
                    receiver.lost(new IOException("lost"));
                }
            }
        }

        @Override
        public synchronized void close() {
            lost = true;
        }

        @Override
        public int maximumPayload() {
            return WireHeader.PAYLOAD_MAX;
        }
    }

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private volatile Server server = new Server(pool);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldHaveExactlyTheWatchesThatAreOpen(long seed) throws Exception {
        StoreClient client = new StoreClient(() -> {
            server = new Server(pool);
            return server;
        }, new ClientOptions(LONG, 50, 4).withReconnect());
        List<Future<List<XenStoreClient.Watch>>> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed * THREADS + i);
            workers.add(pool.submit(() -> work(client, random)));
        }
        Random random = new Random(seed);
        List<XenStoreClient.Watch> open = new ArrayList<>();
        for (Future<List<XenStoreClient.Watch>> worker : workers) {
            while (!worker.isDone()) {
                Thread.sleep(random.nextInt(10));
                server.lose();
            }
            open.addAll(worker.get());
        }
        await("watches of the last server, seed " + seed).atMost(LONG)
                .until(() -> client.readString("/a").equals("1\0") && server.watches.size() == open.size());
        assertThat(open).as("seed %d", seed).isNotEmpty();
        open.forEach(XenStoreClient.Watch::close);
        assertThat(server.watches).as("seed %d", seed).isEmpty();
        client.close();
        pool.shutdown();
    }

    private static List<XenStoreClient.Watch> work(StoreClient client, Random random) throws Exception {
        List<XenStoreClient.Watch> open = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            try {
                switch (random.nextInt(4)) {
                    case 0, 1 -> open.add(client.watch("/w" + i, path -> { }));
                    case 2 -> {
                        if (!open.isEmpty()) {
                            open.remove(random.nextInt(open.size())).close();
                        }
                    }
                    default -> client.transaction(tx -> tx.read("/a"));
                }
            } catch (XenStoreLostException e) {
                assertThat(e).hasMessageContaining("lost");
            }
        }
        return open;
    }
}
