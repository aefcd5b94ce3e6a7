package dev.conduit.xenstore.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.peer.PeerServer;
import dev.conduit.xenstore.peer.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The C daemon replaces itself while a client is at work: nothing is lost, nothing fails, no call ends twice. */
class ClientOverLiveUpdateTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int THREADS = 4;

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void shouldNotNotice() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try (PeerServer server = PeerServer.start(Peers.Daemon.C);
                XenStoreClient client = XenStoreClients.connect(server.socket(), ClientOptions.defaults())) {
            ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
            client.watch("/watched", events::add);
            client.write("/count", "0");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger committed = new AtomicInteger();
            List<Future<Void>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String own = "/own/" + i;
                boolean transactions = i == 0;
                workers.add(pool.submit(() -> {
                    for (int k = 0; !stop.get(); k++) {
                        client.write(own, "" + k);
                        assertThat(client.readString(own)).isEqualTo("" + k);
                        if (transactions) {
                            client.transaction(tx -> {
                                tx.write("/count", "" + (Integer.parseInt(tx.readString("/count")) + 1));
                                return null;
                            });
                            committed.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            await().atMost(LONG).until(() -> committed.get() > 10 && events.contains("/watched"));

            Peers.Result update = Peers.tool(server.socket(), "xenstore-control", "live-update",
                    Peers.xenstored().toString());

            assertThat(update).isEqualTo(new Peers.Result(0, "", ""));
            Path commandLine = Path.of("/proc/" + server.process().pid() + "/cmdline");
            await("the new program").atMost(LONG).until(() -> Files.readString(commandLine).contains("-U"));
            int before = committed.get();
            await("work at the new program").atMost(LONG).until(() -> committed.get() > before + 10);
            stop.set(true);
            for (Future<Void> worker : workers) {
                worker.get(30, TimeUnit.SECONDS);
            }
            assertThat(client.readString("/count")).isEqualTo("" + committed.get());
            client.write("/watched/now", "x");
            await().atMost(LONG).until(() -> events.contains("/watched/now"));
        } finally {
            pool.shutdownNow();
        }
    }
}
