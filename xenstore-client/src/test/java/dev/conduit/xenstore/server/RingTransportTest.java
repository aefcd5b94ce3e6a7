package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.GuestRing;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is special about a client on a ring: its beginning, its end, and servers that give up. */
class RingTransportTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ClientOptions OPTIONS = ClientOptions.defaults();

    private final TestServer server = new TestServer();
    private final XenStoreClient dom0 = server.inProcess(0);

    @BeforeEach
    void open() throws Exception {
        dom0.mkdir("/g");
        dom0.setPermissions("/g", List.of(new Permission(Access.NONE, 5)));
    }

    @AfterEach
    void close() {
        dom0.close();
        server.close();
    }

    private static XenStoreClient connect(GuestRing ring) throws XenStoreException {
        return XenStoreClients.connect(ring, OPTIONS);
    }

    @Test
    void shouldLeaveNothingAtTheServerWhenClosed() throws Exception {
        try (XenStoreClient client = connect(server.overRing(5))) {
            client.watch("/g", path -> { });
            assertThat(server.usage(5).watches()).isEqualTo(1);
        }
        await().atMost(LONG).until(() -> server.usage(5).watches() == 0);
    }

    @Test
    void shouldConnectAgainAndAgain() throws Exception {
        GuestRing ring = server.overRing(5);
        for (int i = 0; i < 50; i++) {
            try (XenStoreClient client = connect(ring)) {
                Queue<String> events = new ConcurrentLinkedQueue<>();
                client.watch("/g/n", events::add);
                client.write("/g/n", "" + i);
                assertThat(client.readString("/g/n")).isEqualTo("" + i);
                await().atMost(LONG).until(() -> !events.isEmpty());
            }
        }
    }

    @Test
    void shouldNotTakeWhatWasMeantForAnEarlierClient() throws Exception {
        GuestRing ring = server.overRing(5);
        RawGuest loader = new RawGuest(server.rings().guest(5));
        loader.putAll(RawGuest.request(Operation.WATCH, 1, "/g|1|"));
        loader.take(9);
        try (XenStoreClient client = connect(ring)) {
            client.write("/g/a", "1");
            assertThat(client.readString("/g/a")).isEqualTo("1");
            assertThat(server.usage(5).watches()).isZero();
        }
    }

    @Test
    void shouldWaitForTheServer() throws Exception {
        TestRings.Guest guest = server.rings().guest(5);
        CompletableFuture<XenStoreClient> connecting = CompletableFuture.supplyAsync(() -> {
            try {
                return connect(guest);
            } catch (XenStoreException e) {
                throw new AssertionError(e);
            }
        });
        server.overRing(5);
        try (XenStoreClient client = connecting.get(20, TimeUnit.SECONDS)) {
            assertThat(client.domainPath(1)).isEqualTo("/local/domain/1");
        }
    }

    @Test
    void shouldSayThatNoServerCame() {
        ClientOptions brief = new ClientOptions(Duration.ofMillis(200), 1, 1);
        assertThatThrownBy(() -> XenStoreClients.connect(server.rings().guest(5), brief))
                .isInstanceOf(XenStoreException.class)
                .hasMessage("the XenStore ring has no server within 200 ms: connection is 1");
    }

    @Test
    void shouldEndPendingAndLaterCallsWhenTheServerGivesUp() throws Exception {
        GuestRing ring = server.overRing(5);
        try (XenStoreClient client = connect(ring)) {
            CompletableFuture<Throwable> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return new AssertionError(client.waitFor(store -> store.readOptional("/g/never").orElse(null), LONG));
                } catch (Exception e) {
                    return e;
                }
            });
            await().atMost(LONG).until(() -> server.usage(5).watches() == 1);
            server.release(5);

            assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(XenStoreException.class)
                    .hasMessageContaining("gave up the ring: error 1 (communication)");
            assertThatThrownBy(() -> client.read("/g")).isInstanceOf(XenStoreException.class);
        }
    }

    @Test
    void shouldConnectAgainByItselfWhenAskedTo() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (XenStoreClient client = XenStoreClients.connect(server.overRing(5), OPTIONS.withReconnect())) {
            client.watch("/g/n", events::add);
            await().atMost(LONG).until(() -> events.size() == 1);
            server.overRing(5);
            await().atMost(LONG).until(() -> server.usage(5).watches() == 1);
            dom0.write("/g/n", "1");

            await().atMost(LONG).until(() -> events.size() >= 2);
            assertThat(client.domainPath(1)).isEqualTo("/local/domain/1");
        }
    }

    @Test
    void shouldGoOnAfterTheServerGaveUpABrokenGuest() throws Exception {
        GuestRing ring = server.overRing(5);
        RawGuest vandal = new RawGuest(server.rings().guest(5));
        try (XenStoreClient client = connect(ring)) {
            vandal.poke(RawGuest.RSP_CONS, 5000);
            vandal.kick();
            await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> client.read("/g"))
                    .isInstanceOf(XenStoreException.class));
        }
        try (XenStoreClient again = connect(ring)) {
            again.write("/g/a", "1");
            assertThat(again.readString("/g/a")).isEqualTo("1");
        }
    }

    @Test
    void shouldCarryManyThreadsAtOnce() throws Exception {
        GuestRing ring = server.overRing(5);
        try (XenStoreClient client = connect(ring)) {
            CompletableFuture<?>[] workers = new CompletableFuture<?>[8];
            for (int i = 0; i < workers.length; i++) {
                String path = "/g/" + i;
                workers[i] = CompletableFuture.runAsync(() -> {
                    try {
                        for (int n = 0; n < 200; n++) {
                            String value = ("" + n).repeat(1 + n * 3);
                            client.write(path, value);
                            assertThat(client.readString(path)).isEqualTo(value);
                        }
                    } catch (XenStoreException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            CompletableFuture.allOf(workers).get(60, TimeUnit.SECONDS);
        }
    }
}
