package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.WatchHandler;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreLostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server goes away and another one comes to its socket, while a client connects again. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServerRestartTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private XenStoreServer server;
    private XenStoreClient client;

    @BeforeEach
    void connect() throws Exception {
        start();
        client = XenStoreClients.connect(socket(), ClientOptions.defaults().withReconnect());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        pool.shutdownNow();
    }

    private Path socket() {
        return directory.resolve("socket");
    }

    private void start() throws Exception {
        server = XenStoreServer.start(ServerOptions.defaults());
        server.listen(socket(), 0);
    }

    @Test
    void shouldGoOnAtTheNextServer() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        client.watch("/w", Integer.MAX_VALUE, new WatchHandler() {
            @Override
            public void changed(String path) {
                events.add(path);
            }

            @Override
            public void missed(String watched) {
                events.add("missed");
            }
        });
        Future<String> wait = pool.submit(() ->
                client.waitFor(store -> store.readStringOptional("/ready").orElse(null), Duration.ofMinutes(1)));
        await().atMost(LONG).until(() -> server.usage().get(0).watches() == 2);
        server.close();
        Future<String> read = pool.submit(() -> client.readStringOptional("/ready").orElse("nothing yet"));
        start();

        assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo("nothing yet");
        await().atMost(LONG).until(() -> events.contains("missed"));
        client.write("/w/x", "1");
        await().atMost(LONG).until(() -> events.contains("/w/x"));
        client.write("/ready", "yes");
        assertThat(wait.get(20, TimeUnit.SECONDS)).isEqualTo("yes");
        assertThat(server.usage().get(0).watches()).isEqualTo(1);
    }

    @Test
    void shouldSayWhoWasLostWhenNobodyComes() throws Exception {
        XenStoreClient hasty = XenStoreClients.connect(socket(),
                new ClientOptions(Duration.ofMillis(100), 1, 1).withReconnect());
        server.close();

        await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> hasty.read("/a"))
                .isInstanceOf(XenStoreLostException.class).hasMessage("XenStore read of '/a' failed: the server did not "
                        + "come back within 100 ms: no XenStore socket at " + socket() + "; outside Xen start a local "
                        + "host with 'conduit host' and set XENSTORED_PATH to its socket"));
        hasty.close();
    }
}
