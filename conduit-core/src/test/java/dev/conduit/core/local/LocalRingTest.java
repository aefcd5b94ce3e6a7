package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.ring.OfferedRing;
import dev.conduit.core.ring.PlatformRings;
import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.ServerRing;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A XenStore server in one domain of the platform, its guests in others, rings in grants between them. */
class LocalRingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SEED = 20_261_121;
    /** {@code server_features}, {@code connection}, {@code error} in the page. */
    private static final int SERVER_FEATURES = 2064;
    private static final int CONNECTION = 2068;
    private static final int ERROR = 2072;

    private HostFixture fixture;
    private LocalPlatform store;
    private XenStoreServer server;
    private XenStoreClient dom0;

    @BeforeEach
    void start() throws IOException {
        fixture = new HostFixture();
        store = fixture.domain("store");
        server = XenStoreServer.start(ServerOptions.defaults());
        server.serveRings(new PlatformRings(store));
        dom0 = server.connect(0);
        dom0.mkdir("/shared");
    }

    @AfterEach
    void stop() throws Exception {
        dom0.close();
        server.close();
        fixture.close();
    }

    private OfferedRing offer(LocalPlatform guest) throws IOException {
        OfferedRing ring = OfferedRing.offer(guest, store.self());
        server.introduce(guest.self().value(), ring.frame(), ring.port());
        return ring;
    }

    private void allow(int domain) throws XenStoreException {
        dom0.mkdir("/shared/" + domain);
        dom0.setPermissions("/shared/" + domain, List.of(new Permission(Access.NONE, domain)));
    }

    private Queue<String> releases() throws XenStoreException {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        dom0.watch("@releaseDomain", events::add);
        await().atMost(PATIENCE).until(() -> events.size() == 1);
        return events;
    }

    @Test
    void shouldServeAGuestInThisProcess() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        allow(guest.self().value());
        try (OfferedRing ring = offer(guest);
                XenStoreClient client = XenStoreClients.connect(ring, ClientOptions.defaults())) {
            String mine = "/shared/" + guest.self() + "/x";
            client.write(mine, "y".repeat(1900));

            assertThat(client.readString(mine)).hasSize(1900);
            assertThat(dom0.permissions(mine)).containsExactly(new Permission(Access.NONE, guest.self().value()));
            assertThatThrownBy(() -> client.read("/shared")).hasMessageEndingWith("EACCES");
        }
        server.release(guest.self().value());
    }

    @Test
    void shouldWaitForAServerThatComesLater() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        try (OfferedRing ring = OfferedRing.offer(guest, store.self())) {
            CompletableFuture<XenStoreClient> connecting = CompletableFuture.supplyAsync(() -> {
                try {
                    return XenStoreClients.connect(ring, ClientOptions.defaults());
                } catch (XenStoreException e) {
                    throw new AssertionError(e);
                }
            });
            server.introduce(guest.self().value(), ring.frame(), ring.port());
            try (XenStoreClient client = connecting.get(30, TimeUnit.SECONDS)) {
                assertThat(client.domainPath(7)).isEqualTo("/local/domain/7");
            }
        }
    }

    @Test
    void shouldRefuseAPageOrPortOfAnother() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        LocalPlatform other = fixture.domain("other");
        try (OfferedRing ring = OfferedRing.offer(guest, store.self());
                OfferedRing notOurs = OfferedRing.offer(guest, other.self())) {
            int domain = guest.self().value();
            assertThatThrownBy(() -> server.introduce(domain, notOurs.frame(), ring.port()))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> server.introduce(domain, ring.frame(), notOurs.port()))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> server.introduce(domain, 0, ring.port()))
                    .hasMessage("frame 0 of domain " + domain + " is no grant reference: it is not between 1 and "
                            + Integer.MAX_VALUE);
            assertThatThrownBy(() -> server.introduce(40_000, ring.frame(), ring.port()))
                    .isInstanceOf(IOException.class);
            assertThat(server.usage()).doesNotContainKey(domain);

            server.introduce(domain, ring.frame(), ring.port());
            assertThat(server.usage()).containsKey(domain);
        }
    }

    @Test
    void shouldReleaseAGuestThatIsKilledInTheMiddleOfARequest() throws Exception {
        Queue<String> releases = releases();
        try (GuestProcess process = new GuestProcess()) {
            int domain = Integer.parseInt(process.ask("open " + fixture.folder() + " guest"));
            allow(domain);
            String[] offered = process.ask("ring " + store.self()).split(" ");
            server.introduce(domain, Long.parseLong(offered[0]), Integer.parseInt(offered[1]));
            assertThat(process.ask("ring-connect /shared/" + domain)).isEqualTo("connected");
            assertThat(process.ask("ring-write /shared/" + domain + "/a 1")).isEqualTo("written");
            assertThat(server.usage().get(domain).watches()).isEqualTo(1);
            assertThat(process.ask("ring-half")).isEqualTo("half");
            process.kill();

            await().atMost(PATIENCE).until(() -> !server.usage().containsKey(domain));
            await().atMost(PATIENCE).until(() -> releases.size() == 2);
            assertThat(dom0.exists("/shared/" + domain)).isFalse();
        }
    }

    @Test
    void shouldServeOthersWhileOneScribblesOverItsPage() throws Exception {
        LocalPlatform hostile = fixture.domain("hostile");
        LocalPlatform good = fixture.domain("good");
        OfferedRing scribbled = offer(hostile);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> scribbler = CompletableFuture.runAsync(() -> scribble(scribbled, done));
        allow(good.self().value());
        try (OfferedRing ring = offer(good);
                XenStoreClient client = XenStoreClients.connect(ring, ClientOptions.defaults())) {
            String node = "/shared/" + good.self() + "/n";
            for (int i = 0; i < 3000; i++) {
                client.write(node, "" + i);
                assertThat(client.readString(node)).as("seed %d", SEED).isEqualTo("" + i);
            }
        } finally {
            done.set(true);
            scribbler.get(60, TimeUnit.SECONDS);
        }
        assertThat(server.usage()).containsKey(hostile.self().value());
        try (XenStoreClient reformed = XenStoreClients.connect(scribbled, ClientOptions.defaults())) {
            assertThat(reformed.domainPath(1)).isEqualTo("/local/domain/1");
        }
        scribbled.close();
    }

    /** Rubbish anywhere, words of the control part preferred, and events without end. */
    private static void scribble(OfferedRing ring, AtomicBoolean done) {
        Random random = new Random(SEED);
        ByteBuffer page = ring.page();
        try {
            while (!done.get()) {
                int offset = random.nextBoolean() ? 2048 + 4 * random.nextInt(8) : 4 * random.nextInt(1024);
                page.putInt(offset, random.nextBoolean() ? random.nextInt() : random.nextInt(1025));
                ring.notifyPeer();
            }
            page.putInt(SERVER_FEATURES, 3);
            page.putInt(CONNECTION, 0);
            page.putInt(ERROR, 2);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldHearAGuestWhileOthersWakeTheServerWithoutEnd() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        AtomicInteger events = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (PlatformRings rings = new PlatformRings(store);
                OfferedRing offered = OfferedRing.offer(guest, store.self());
                ServerRing ring = rings.map(guest.self().value(), offered.frame())) {
            ring.bind(offered.port(), new ServerRing.Listener() {
                @Override
                public void event() {
                    events.incrementAndGet();
                }

                @Override
                public void gone() {
                    throw new AssertionError("the guest is alive");
                }
            });
            for (int heard = events.get(); heard != events.get(); heard = events.get()) {
                rings.await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100));
            }
            int before = events.get();
            CompletableFuture<Void> noise = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    rings.wakeUp();
                }
            });
            try {
                offered.notifyPeer();
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (events.get() == before) {
                    assertThat(System.nanoTime()).as("deadline of the guest's event").isLessThan(deadline);
                    rings.await(deadline);
                }
            } finally {
                done.set(true);
                noise.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void shouldNotLeaveGuestsBehindWhenAnotherServerTakesOver() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        int domain = guest.self().value();
        Path folder = HostFixture.newFolder();
        ServerOptions options = ServerOptions.defaults().withHandOver(folder.resolve("next"));
        XenStoreServer successor;
        try (XenStoreServer movable = XenStoreServer.start(options);
                OfferedRing ring = OfferedRing.offer(guest, store.self())) {
            movable.serveRings(new PlatformRings(store));
            movable.introduce(domain, ring.frame(), ring.port());
            try (XenStoreClient client = XenStoreClients.connect(ring, ClientOptions.defaults())) {
                assertThatThrownBy(() -> XenStoreServer.takeOver(options)).isInstanceOf(IOException.class)
                        .hasMessageEndingWith(": the server does not hand over: 1 rings of guests cannot move");
                assertThat(client.domainPath(1)).isEqualTo("/local/domain/1");
            }
            movable.release(domain);
            successor = XenStoreServer.takeOver(options);
            movable.awaitEnd();
            assertThatThrownBy(() -> movable.introduce(domain, ring.frame(), ring.port()))
                    .hasMessage("the XenStore server was closed");
        }
        successor.close();
        HostFixture.delete(folder);
    }

    @Test
    void shouldTellTheGuestThatTheServerIsGone() throws Exception {
        LocalPlatform guest = fixture.domain("guest");
        LocalPlatform second = LocalPlatform.open(fixture.folder(), "second-store");
        XenStoreServer brief = XenStoreServer.start(ServerOptions.defaults());
        brief.serveRings(new PlatformRings(second));
        try (OfferedRing ring = OfferedRing.offer(guest, second.self())) {
            brief.introduce(guest.self().value(), ring.frame(), ring.port());
            try (XenStoreClient client = XenStoreClients.connect(ring, ClientOptions.defaults())) {
                client.domainPath(1);
                brief.close();
                second.close();

                await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> client.domainPath(1))
                        .hasMessageContaining("gave up the ring"));
            }
            assertThatThrownBy(() -> XenStoreClients.connect(ring, ClientOptions.defaults()))
                    .isInstanceOf(XenStoreException.class)
                    .hasMessage("domain " + second.self() + ", which serves the XenStore ring, is gone");
        }
    }
}
