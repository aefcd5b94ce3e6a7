package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.VchanPeerClosedException;
import dev.conduit.vchan.VchanState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** Crowds. */
@Timeout(120)
class ManyClientsTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private LocalFixture local;
    private Conduit serving;

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
        serving = local.conduit("server");
    }

    @AfterEach
    void close() throws IOException {
        threads.shutdownNow();
        local.close();
    }

    @Test
    void shouldServeHundredDomainsAtOnce() throws Exception {
        List<Conduit> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(local.conduit("client" + i));
        }
        CyclicBarrier start = new CyclicBarrier(clients.size());
        try (ConduitServer server = serving.listen("web")) {
            Future<?> echo = threads.submit(() -> serve(server, clients.size()));
            List<Callable<Integer>> calls = new ArrayList<>();
            for (Conduit client : clients) {
                calls.add(() -> {
                    start.await();
                    return ask(client);
                });
            }
            Set<Integer> answers = new HashSet<>();
            for (Future<Integer> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
            echo.get(LocalFixture.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(answers).hasSize(clients.size());
        }
    }

    @Test
    void shouldServeHundredConnectionsOfOneDomainAtOnce() throws Exception {
        Conduit client = local.conduit("client");
        try (ConduitServer server = serving.listen("web")) {
            Future<?> echo = threads.submit(() -> serve(server, 100));
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(() -> ask(client));
            }
            for (Future<Integer> each : threads.invokeAll(calls)) {
                assertThat(each.get()).isEqualTo(client.platform().self().value());
            }
            echo.get(LocalFixture.LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldNeverShowHalfOfTransition() throws Exception {
        ListenOptions options = ListenOptions.defaults().withBacklog(2);
        StoreObserver observer = new StoreObserver(local.dom0);
        ConduitServer server = serving.listen("web", options);
        try (observer) {
            Future<?> accept = threads.submit(() -> acceptUntilClosed(server));
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Conduit client = local.conduit("client" + i);
                calls.add(() -> connectOften(client, observer));
            }
            int connected = 0;
            for (Future<Integer> each : threads.invokeAll(calls)) {
                connected += each.get();
            }
            server.close();
            accept.get(LocalFixture.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(connected).isPositive();
        }
        assertThat(observer.violations()).isEmpty();
        assertThat(observer.snapshots()).isGreaterThan(20);
        assertThat(observer.seen()).containsExactlyInAnyOrder(FlowState.values());
    }

    /** Accepts so many, and answers each with the number of its domain. */
    private Void serve(ConduitServer server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ConduitConnection connection = server.accept(LocalFixture.LONG);
            threads.submit(() -> {
                try (connection) {
                    ByteBuffer buffer = ByteBuffer.allocate(4);
                    connection.receive(buffer, LocalFixture.LONG);
                    connection.write(buffer.putInt(0, connection.peer().value()).flip());
                    return connection.read(ByteBuffer.allocate(1));
                }
            });
        }
        return null;
    }

    private static int ask(Conduit client) throws IOException {
        try (ConduitConnection connection = client.connect("web", LocalFixture.LONG)) {
            connection.write(ByteBuffer.allocate(4));
            ByteBuffer answer = ByteBuffer.allocate(4);
            assertThat(connection.receive(answer, LocalFixture.LONG)).isTrue();
            assertThat(answer.getInt(0)).isEqualTo(client.platform().self().value());
            return answer.getInt(0);
        }
    }

    /** Some are refused: the backlog is small. Goes on until the observer has seen every state, but not for ever. */
    private static int connectOften(Conduit client, StoreObserver observer) throws IOException {
        int connected = 0;
        Deadline deadline = Deadline.after(LocalFixture.LONG);
        for (int round = 0; round < 40 || observer.seen().size() < 4 && !deadline.passed(); round++) {
            try (ConduitConnection connection = client.connect("web", LocalFixture.LONG)) {
                connected++;
                connection.write(ByteBuffer.allocate(4));
            } catch (VchanPeerClosedException closed) {
                assertThat(closed.state()).isEqualTo(VchanState.PEER_CLOSED);
            } catch (ConduitRefusedException full) {
                assertThat(full.reason()).isEqualTo(RefusalReason.BACKLOG_FULL);
            }
        }
        return connected;
    }

    /** Every other connection is closed by this side first. */
    private Void acceptUntilClosed(ConduitServer server) throws IOException {
        for (int i = 0; ; i++) {
            try (ConduitConnection connection = server.accept()) {
                if (i % 2 == 0) {
                    connection.read(ByteBuffer.allocate(4));
                    assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            } catch (ClosedChannelException end) {
                return null;
            }
        }
    }
}
