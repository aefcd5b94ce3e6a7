package dev.conduit.rendezvous.steward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitNameTakenException;
import dev.conduit.rendezvous.ConduitPeerLostException;
import dev.conduit.rendezvous.ConduitRefusedException;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ConduitTimeoutException;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.rendezvous.RefusalReason;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.peer.Peers.Daemon;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Conduits of guests whose XenStore is a real oxenstored; their memory and events are the local platform's. */
@Timeout(60)
class NamesUnderOxenstoredTest {

    private static final Duration LONG = PeerDomains.LONG;

    @TempDir
    private Path folder;

    private LocalHost host;
    private PeerDomains domains;
    private Steward steward;
    private Map<String, String> before;
    private final List<Conduit> conduits = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        domains = new PeerDomains(Daemon.OCAML);
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        steward = Steward.start(domains.dom0);
        before = domains.tree(Layout.ROOT);
    }

    /** Nothing may be left in the store, in any domain's part of it. */
    @AfterEach
    void stop() throws IOException {
        if (domains == null) {
            return;
        }
        conduits.forEach(Conduit::close);
        try {
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(domains.tree(Layout.ROOT)).isEqualTo(before);
                assertThat(domains.tree("/local").keySet().stream().filter(path ->
                        path.contains("/vchan") || path.contains("conduit-ask/"))).isEmpty();
            });
        } finally {
            conduits.forEach(conduit -> conduit.platform().close());
            steward.close();
            host.close();
            domains.close();
        }
    }

    private Conduit guest(String name) throws IOException {
        Platform local = LocalPlatform.open(folder, name);
        XenStoreClient store = domains.introduce(local.self());
        Conduit conduit = Conduit.open(new GuestPlatform(local, store));
        conduits.add(conduit);
        return conduit;
    }

    /** As by {@code xl destroy}: nothing of it says a word any more. */
    private void destroy(Conduit guest) throws IOException {
        guest.platform().xenStore().close();
        guest.platform().close();
        domains.destroy(guest.platform().self());
    }

    @Test
    void shouldCarryBytesBetweenGuests() throws IOException {
        Conduit serving = guest("server");
        Conduit asking = guest("client");
        asking.register("browser");
        try (ConduitServer server = serving.listen("web")) {
            ConduitConnection accepted;
            try (ConduitConnection client = asking.connect("web", LONG)) {
                accepted = server.accept(LONG);
                assertThat(accepted.peerName()).isEqualTo("browser");
                assertLayout(serving.platform().self(), asking.platform().self(), client.flow());
                client.write(ByteBuffer.wrap("to the server".getBytes(UTF_8)));
                accepted.write(ByteBuffer.wrap("to the client".getBytes(UTF_8)));
                assertThat(new String(accepted.input().readNBytes(13), UTF_8)).isEqualTo("to the server");
                assertThat(new String(client.input().readNBytes(13), UTF_8)).isEqualTo("to the client");
            }
            assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            accepted.close();
        }
    }

    private void assertLayout(DomainId server, DomainId client, String flow) throws IOException {
        assertThat(domains.tree(Layout.ROOT)).containsAllEntriesOf(Map.of(
                "/conduit/web", server + " " + Layout.namePermissions(server),
                "/conduit/web/listen", " " + Layout.closedListenPermissions(server),
                "/conduit/browser", client + " " + Layout.namePermissions(client),
                Layout.established("web", "browser", flow), flow + " " + Layout.sharedPermissions(server, client)));
        assertThat(domains.tree(Layout.ROOT).get(Layout.flow(flow)))
                .startsWith("(established (server web) (client browser) (connection " + flow + ") ")
                .endsWith(") " + Layout.sharedPermissions(client, server));
    }

    @Test
    void shouldTellTheEndOfAServerFromItsDeath() throws IOException {
        Conduit serving = guest("server");
        Conduit asking = guest("client");
        ConduitServer server = serving.listen("web");
        try (ConduitConnection client = asking.connect("web", LONG)) {
            server.accept(LONG).close();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        try (ConduitConnection client = asking.connect("web", LONG)) {
            server.accept(LONG);
            destroy(serving);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ConduitPeerLostException.class);
        }
    }

    @Test
    void shouldTellTheEndOfAClientFromItsDeath() throws IOException {
        Conduit asking = guest("client");
        try (ConduitServer server = guest("server").listen("web")) {
            asking.connect("web", LONG);
            try (ConduitConnection accepted = server.accept(LONG)) {
                destroy(asking);
                assertThatThrownBy(() -> accepted.read(ByteBuffer.allocate(1)))
                        .isInstanceOf(ConduitPeerLostException.class);
            }
        }
    }

    @Test
    void shouldRefuseAsUnderAnyServer() throws IOException {
        Conduit serving = guest("server");
        Conduit asking = guest("client");
        assertRefused(asking, RefusalReason.NO_SUCH_NAME);
        serving.register("web");
        assertRefused(asking, RefusalReason.NOT_LISTENING);
        assertThatThrownBy(() -> asking.listen("web")).isInstanceOf(ConduitNameTakenException.class)
                .hasMessage("name 'web' is taken: domain " + serving.platform().self() + " has it");
        try (ConduitServer full = serving.listen("web", ListenOptions.defaults().withBacklog(1));
                ConduitConnection waiting = asking.connect("web", LONG)) {
            assertRefused(asking, RefusalReason.BACKLOG_FULL, Duration.ofSeconds(5));
            assertThat(waiting.isOpen()).isTrue();
            assertThat(full.accept(LONG).flow()).isEqualTo(waiting.flow());
        }
    }

    /** Nobody could tell who made an entry in the index: one server may be there, its owner. */
    @Test
    void shouldNotShareANameBetweenGuests() throws IOException {
        ListenOptions shared = ListenOptions.defaults().withOpenSharing();
        Conduit first = guest("first");
        Conduit second = guest("second");
        try (ConduitServer server = first.listen("web", shared);
                ConduitConnection client = second.connect("web", LONG)) {
            assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
            assertThatThrownBy(() -> second.listen("web", shared)).isInstanceOf(ConduitException.class)
                    .hasMessage("name 'web' cannot be shared with domain " + first.platform().self()
                            + ": under this XenStore server (oxenstored) guests do not own what they make");
        }
    }

    @Test
    void shouldTellAReservedName() throws IOException {
        Conduit guest = guest("guest");
        assertThatThrownBy(() -> guest.listen("jitsud", ListenOptions.defaults().asWellKnownService()))
                .isInstanceOf(ConduitException.class).hasMessage("registration of 'jitsud' was refused by the steward in"
                        + " dom0: conduit name 'jitsud' is reserved for Conduit's own service");
    }

    @Test
    void shouldTellThatNoStewardRuns() throws IOException {
        Conduit asking = guest("client");
        ListenOptions soon = ListenOptions.defaults().withRegisterTimeout(Duration.ofSeconds(1));
        try (ConduitServer server = guest("server").listen("web")) {
            steward.close();
            assertNoSteward(() -> asking.connect(server.name(), Duration.ofSeconds(1)));
            assertNoSteward(() -> asking.listen("mine", soon));
            assertThat(domains.dom0.list(Layout.asks(asking.platform().self()))).isEmpty();
            steward = Steward.start(domains.dom0);
            asking.connect(server.name(), LONG).close();
            server.accept(LONG).close();
            asking.register("mine");
        }
    }

    /** oxenstored allows 101. */
    @Test
    void shouldAskWithoutAWatchToSpare() throws IOException {
        Conduit guest = guest("guest");
        List<XenStoreClient.Watch> watches = new ArrayList<>();
        assertThatThrownBy(() -> {
            while (watches.size() < 200) {
                watches.add(guest.platform().xenStore().watch("data/w" + watches.size(), path -> { }));
            }
        }).hasMessageContaining("EQUOTA");
        guest.register("mine");
        assertThat(domains.dom0.readString("/conduit/mine")).isEqualTo(guest.platform().self().toString());
        watches.forEach(XenStoreClient.Watch::close);
    }

    @Test
    void shouldTakeAnAskBackWhenInterrupted() throws Exception {
        Conduit guest = guest("guest");
        DomainId self = guest.platform().self();
        steward.close();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> end.complete(catchThrowable(() -> guest.register("mine"))));
        thread.start();
        await().ignoreExceptions().atMost(LONG).until(() -> !domains.dom0.list(Layout.asks(self)).isEmpty());
        thread.interrupt();
        assertThat(end.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        assertThat(domains.dom0.list(Layout.asks(self))).isEmpty();
    }

    private static void assertNoSteward(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ConduitTimeoutException.class).hasMessageContaining("no right")
                .hasMessageEndingWith("start 'conduit init --serve' in dom0");
    }

    private static void assertRefused(Conduit conduit, RefusalReason reason) {
        assertRefused(conduit, reason, LONG);
    }

    /** A client that is refused for want of room asks again until its time is up. */
    private static void assertRefused(Conduit conduit, RefusalReason reason, Duration timeout) {
        assertThatThrownBy(() -> conduit.connect("web", timeout)).isInstanceOfSatisfying(ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
