package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads on one socket: whoever reads it, each call gets its own reply, and nothing stays unread. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SocketTransportTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final int THREADS = 8;
    private static final int CALLS = 400;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path directory;
    private SlowServer server;

    @BeforeEach
    void makeDirectory() throws Exception {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test");
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        server.close();
        Files.delete(socket());
        Files.delete(directory);
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private StoreClient connect(long seed, Duration timeout) throws Exception {
        server = new SlowServer(socket(), seed);
        return new StoreClient(SocketTransport.connect(socket(), LONG), new ClientOptions(timeout, 3, 1024));
    }

    private List<Future<Integer>> start(Callable<Integer> work) {
        List<Future<Integer>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(work));
        }
        return running;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldGiveEachCallItsReplyWhileOthersAreInterrupted(long seed) throws Exception {
        try (StoreClient client = connect(seed, LONG)) {
            client.watch("/watched", path -> { });
            List<Thread> callers = new ArrayList<>();
            List<Future<Integer>> running = start(() -> {
                synchronized (callers) {
                    callers.add(Thread.currentThread());
                }
                for (int call = 0; call < CALLS; call++) {
                    String path = "/" + Thread.currentThread().getId() + "/" + call;
                    assertThat(client.readString(path)).as("seed %d", seed).isEqualTo(path);
                }
                return CALLS;
            });
            Random random = new Random(seed);
            while (running.stream().anyMatch(future -> !future.isDone())) {
                synchronized (callers) {
                    if (!callers.isEmpty()) {
                        callers.get(random.nextInt(callers.size())).interrupt();
                    }
                }
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
            }
            for (Future<Integer> future : running) {
                assertThat(future.get()).isEqualTo(CALLS);
            }
        }
    }

    @Test
    void shouldPassReadingOnWhenTheReaderTimesOut() throws Exception {
        try (StoreClient client = connect(5, SHORT)) {
            List<Future<Integer>> running = start(() -> {
                int timedOut = 0;
                for (int call = 0; call < 40; call++) {
                    String path = (call % 4 == 0 ? "/silent/" : "/") + Thread.currentThread().getId() + "/" + call;
                    try {
                        assertThat(client.readString(path)).isEqualTo(path);
                        assertThat(call % 4).isNotZero();
                    } catch (XenStoreException e) {
                        assertThat(e).hasMessageEndingWith("got no reply within 30 ms");
                        timedOut++;
                    }
                }
                return timedOut;
            });
            for (Future<Integer> future : running) {
                assertThat(future.get()).isBetween(10, 40);
            }
        }
    }

    @Test
    void shouldDeliverEventsWhenNobodyCalls() throws Exception {
        try (StoreClient client = connect(6, LONG)) {
            Semaphore events = new Semaphore(0);
            client.watch("/watched", path -> events.release());
            for (int i = 0; i < 200; i++) {
                client.read("/" + i);
                events.drainPermits();
                server.event();
                assertThat(events.tryAcquire(20, TimeUnit.SECONDS)).as("event %d", i).isTrue();
            }
        }
    }

    @Test
    void shouldEndEveryCallWhenTheServerIsLost() throws Exception {
        try (StoreClient client = connect(7, LONG)) {
            CountDownLatch calling = new CountDownLatch(THREADS);
            List<Future<Integer>> running = start(() -> {
                client.read("/first");
                calling.countDown();
                client.read("/silent");
                return 0;
            });
            calling.await();
            server.drop();
            for (Future<Integer> future : running) {
                assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS)).cause()
                        .isInstanceOf(XenStoreException.class).hasMessageContaining(socket().toString());
            }
            assertThatThrownBy(() -> client.read("/later")).isInstanceOf(XenStoreException.class);
        }
    }

    @Test
    void shouldEndEveryCallAtClose() throws Exception {
        StoreClient client = connect(8, LONG);
        CountDownLatch calling = new CountDownLatch(THREADS);
        List<Future<Integer>> running = start(() -> {
            client.read("/first");
            calling.countDown();
            client.read("/silent");
            return 0;
        });
        calling.await();
        client.close();
        for (Future<Integer> future : running) {
            assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS)).cause()
                    .isInstanceOf(XenStoreException.class).hasMessageContaining("closed");
        }
    }
}
