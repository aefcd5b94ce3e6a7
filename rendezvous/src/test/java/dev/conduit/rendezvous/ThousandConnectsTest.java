package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand connects at once to one server, with the default options and the default quotas: more than can be queued,
 * waiting or established at a time. Those for whom there is no room wait for it; nobody gets an error.
 */
@Timeout(180)
class ThousandConnectsTest {

    private static final int CONNECTS = 1000;
    private static final int DOMAINS = 10;
    private static final Duration DEADLINE = Duration.ofSeconds(120);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private LocalFixture local;

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
    }

    @AfterEach
    void close() throws IOException {
        threads.shutdownNow();
        local.close();
    }

    @Test
    void shouldConnectThousandTimesOnOurServer() throws Exception {
        Conduit server = local.conduit("server");
        List<Conduit> clients = new ArrayList<>();
        for (int i = 0; i < DOMAINS; i++) {
            clients.add(local.conduit("client" + i));
        }
        connectAll(server, clients);
        assertNothingLeft(local.dom0);
    }

    @Test
    void shouldConnectThousandTimesOnCXenstored() throws Exception {
        List<Conduit> conduits = new ArrayList<>();
        List<Platform> guests = new ArrayList<>();
        try (CDaemon daemon = new CDaemon()) {
            for (int i = 0; i <= DOMAINS; i++) {
                guests.add(daemon.guest(local.platform("guest" + i)));
                conduits.add(Conduit.open(guests.get(i)));
            }
            connectAll(conduits.get(0), conduits.subList(1, conduits.size()));
            assertNothingLeft(daemon.dom0);
            conduits.forEach(Conduit::close);
            guests.forEach(guest -> guest.xenStore().close());
        }
    }

    private static void assertNothingLeft(XenStoreClient dom0) throws IOException {
        assertThat(dom0.list(Layout.FLOWS)).isEmpty();
        assertThat(dom0.list(Layout.ROOT)).containsExactly("flows");
    }

    /** Returns when each connect has got its own answer. */
    private void connectAll(Conduit serving, List<Conduit> clients) throws Exception {
        CyclicBarrier start = new CyclicBarrier(CONNECTS);
        ConduitServer server = serving.listen("web");
        Future<?> answers = threads.submit(() -> answerUntilClosed(server));
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < CONNECTS; i++) {
            Conduit client = clients.get(i % clients.size());
            calls.add(() -> {
                start.await();
                return ask(client);
            });
        }
        for (Future<Integer> each : threads.invokeAll(calls)) {
            assertThat(each.get()).isPositive();
        }
        server.close();
        answers.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static int ask(Conduit client) throws IOException {
        try (ConduitConnection connection = client.connect("web", DEADLINE)) {
            ByteBuffer answer = ByteBuffer.allocate(4);
            assertThat(connection.receive(answer, DEADLINE)).isTrue();
            assertThat(answer.getInt(0)).isEqualTo(client.platform().self().value());
            return answer.getInt(0);
        }
    }

    private static Void answerUntilClosed(ConduitServer server) throws IOException {
        while (true) {
            try (ConduitConnection connection = server.accept()) {
                connection.write(ByteBuffer.allocate(4).putInt(0, connection.peer().value()));
            } catch (ClosedChannelException end) {
                return null;
            }
        }
    }
}
