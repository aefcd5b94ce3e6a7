package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A domain that writes what it likes, where it may; the others must still meet, and nothing may be left. */
class HostileDomainTest extends TwoDomains {

    private ConduitServer server;
    private Platform hostile;
    private XenStoreClient store;

    @BeforeEach
    void listen() throws IOException {
        server = serving.listen("web");
        hostile = local.platform("hostile");
        store = hostile.xenStore();
    }

    @Test
    void shouldWorkThroughThousandsOfMalformedEntries() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            local.dom0.write(Layout.listen("web", "junk" + i), i % 2 == 0 ? "nowhere" : "no flow at all ((");
        }
        assertConnects();
        await().atMost(LONG).until(() -> local.dom0.list(Layout.listen("web")).isEmpty());
    }

    @Test
    void shouldDropEntriesItHasNoRightToRemove() throws IOException {
        for (int i = 0; i < 100; i++) {
            try {
                hide("junk" + i);
            } catch (XenStoreException renewedMeanwhile) {
                assertThat(renewedMeanwhile.error()).isIn("ENOENT", "EACCES");
            }
        }
        assertConnects();
        await().atMost(LONG).until(() -> local.dom0.list(Layout.listen("web")).size() < 32);
    }

    @Test
    void shouldRefuseForgedFlowsAndGoOn() throws IOException {
        assertConnects();
        try (ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            ask("forged", client.flow());
            await().atMost(LONG).until(() -> local.dom0.list(Layout.listen("web")).isEmpty());
            // The rest of it are figures, which the server adds in time.
            assertThat(local.dom0.readString(Layout.flow(client.flow()))).startsWith(
                    "(established (server web) (client " + accepted.peerName() + ") (connection " + client.flow() + ") ");
            assertThat(accepted.isOpen()).isTrue();
        }
    }

    @Test
    void shouldTellHostileClientThatItsRequestIsBad() throws IOException {
        write(Layout.flow("bad"), "(connecting (server other))");
        ask("bad", "bad");
        await().atMost(LONG).until(() -> store.readString(Layout.flow("bad")).equals("(refused (reason bad-request))"));
    }

    @Test
    void shouldNotConfuseTwoConnectionsOfOneId() throws IOException {
        Platform twin = local.platform("twin");
        for (Platform each : List.of(hostile, twin)) {
            SilentClient silent = SilentClient.ask(each, "web", "same" + each.self());
            await().atMost(LONG).until(silent::isAnswered);
        }
        write(Layout.flow("again"), "(connecting (server web))");
        ask("same" + hostile.self(), "again");
        await().atMost(LONG).until(() ->
                store.readString(Layout.flow("again")).equals("(refused (reason bad-request))"));
    }

    @Test
    void shouldPublishQueueAgainThatWasRemoved() throws IOException {
        store.remove(Layout.listen("web"));
        await().atMost(LONG).until(() -> local.dom0.exists(Layout.listen("web")));
        assertConnects();
    }

    @Test
    void shouldCloseCleanlyWhenPeerRuinedTheRecord() throws IOException {
        Map<String, String> before = local.tree();
        for (String ruin : List.of("", "((", "(closed (by nobody))", "(connecting (server web))", "x".repeat(1900))) {
            try (Conduit peer = Conduit.open(local.platform("peer"));
                    ConduitConnection client = peer.connect("web", LONG);
                    ConduitConnection accepted = server.accept(LONG)) {
                client.write(ByteBuffer.allocate(3));
                peer.platform().xenStore().write(Layout.flow(client.flow()), ruin);
                assertThat(accepted.read(ByteBuffer.allocate(3))).isEqualTo(3);
            }
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(local.tree().keySet().stream()
                .filter(path -> path.startsWith("/conduit"))).containsExactlyElementsOf(before.keySet().stream()
                .filter(path -> path.startsWith("/conduit")).toList()));
    }

    @Test
    void shouldCloseCleanlyWhenPeerTookTheRightsAway() throws IOException {
        Conduit peer = local.conduit("peer");
        ConduitConnection client = peer.connect("web", LONG);
        ConduitConnection accepted = server.accept(LONG);
        peer.platform().xenStore().setPermissions(Layout.flow(client.flow()),
                List.of(Permission.parse("n" + peer.platform().self())));
        peer.platform().close();
        assertThatThrownBy(() -> accepted.read(ByteBuffer.allocate(1))).isInstanceOf(ConduitPeerLostException.class);
        accepted.close();
    }

    @Test
    void shouldSweepForgedEstablishedFolders() throws IOException {
        server.close();
        SilentServer.listen(serving.platform(), "shop");
        String folder = Layout.established("shop");
        for (String path : List.of("/evil", "/evil/@x", "/evil/a-very-long-connection-name", "/domain-7/c1", "/@y/z")) {
            serving.platform().xenStore().write(folder + path, "not a domain");
        }
        serving.platform().xenStore().write(folder + "/domain-1", "99999999999");
        try (ConduitServer shop = serving.listen("shop");
                ConduitConnection client = asking.connect("shop", LONG);
                ConduitConnection accepted = shop.accept(LONG)) {
            assertThat(accepted.flow()).isEqualTo(client.flow());
            assertThat(local.dom0.list(folder)).containsExactly(accepted.peerName());
        }
    }

    @Test
    void shouldGoOnWhenEntriesAndFlowsAreReadOnlyToIt() throws IOException {
        List<Permission> readOnly = List.of(Permission.parse("n" + hostile.self()),
                Permission.parse("r" + serving.platform().self()));
        for (int i = 0; i < 40; i++) {
            String id = "ro" + i;
            store.<Boolean, XenStoreException>transaction(transaction -> {
                transaction.write(Layout.flow(id), "(connecting (server web))");
                transaction.setPermissions(Layout.flow(id), readOnly);
                transaction.write(Layout.listen("web", id), id);
                transaction.setPermissions(Layout.listen("web", id), readOnly);
                return true;
            });
        }
        assertConnects();
        await().atMost(LONG).until(() -> local.dom0.list(Layout.listen("web")).size() < 32);
        assertConnects();
    }

    @Test
    void shouldGoOnWhenFlowsHaveNoRoomForTheAnswer() throws IOException {
        for (int i = 0; i < 5; i++) {
            String id = "full" + i;
            write(Layout.flow(id), "(connecting (server web))");
            fillUp(store, Layout.flow(id));
            ask(id, id);
        }
        assertConnects();
        await().atMost(LONG).until(() -> local.dom0.list(Layout.listen("web")).isEmpty());
        for (int i = 0; i < 5; i++) {
            assertThat(store.readString(Layout.flow("full" + i))).startsWith("(connecting ");
        }
    }

    @Test
    void shouldCloseCleanlyWhenPeerFilledOrLockedTheRecord() throws IOException {
        for (boolean fill : new boolean[] {true, false}) {
            Conduit peer = local.conduit("peer");
            ConduitConnection client = peer.connect("web", LONG);
            ConduitConnection accepted = server.accept(LONG);
            String flow = Layout.flow(client.flow());
            if (fill) {
                fillUp(peer.platform().xenStore(), flow);
            } else {
                peer.platform().xenStore().setPermissions(flow, List.of(Permission.parse("n" + accepted.peer()),
                        Permission.parse("r" + serving.platform().self())));
            }
            accepted.close();
            assertThat(local.dom0.list(Layout.established("web"))).isEmpty();
            assertThat(local.dom0.exists(Layout.vchans(serving.platform().self()))).isFalse();
        }
    }

    @Test
    void shouldCloseCleanlyWhenServerFilledTheRecord() throws IOException {
        try (ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            // Shorter than what the client is about to write.
            serving.platform().xenStore().write(Layout.flow(client.flow()), "(established)");
            fillUp(serving.platform().xenStore(), Layout.flow(client.flow()));
            client.close(LONG);
            assertThat(local.dom0.exists(Layout.flow(client.flow()))).isFalse();
            assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void shouldCloseTheQueueWhateverIsInIt() throws IOException {
        SilentServer silent = SilentServer.listen(serving.platform(), "shop");
        for (int i = 0; i < 10; i++) {
            String id = "full" + i;
            write(Layout.flow(id), "(connecting (server shop))");
            fillUp(store, Layout.flow(id));
            write(Layout.listen("shop", id), id);
        }
        ListenQueue queue = new ListenQueue(
                silent.name(), ListenOptions.defaults(), serving.platform(), serving.store(), serving.names(), null);
        queue.close();
        assertThat(local.dom0.exists(Layout.listen("shop"))).isFalse();
        serving.platform().xenStore().remove(Layout.name("shop"));
    }

    private void assertConnects() throws IOException {
        try (ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            assertThat(accepted.flow()).isEqualTo(client.flow());
        }
    }

    /** Gives a node a child whose name takes all the room that is left in it. */
    private static void fillUp(XenStoreClient store, String path) throws XenStoreException {
        for (int length = 2000; ; length--) {
            try {
                store.mkdir(path + "/" + "x".repeat(length));
                return;
            } catch (XenStoreException full) {
                assertThat(full.error()).isEqualTo("ENOSPC");
            }
        }
    }

    private void ask(String entry, String flow) throws XenStoreException {
        write(Layout.listen("web", entry), flow);
    }

    private void write(String path, String value) throws XenStoreException {
        store.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.write(path, value);
            transaction.setPermissions(
                    path, Layout.sharedPermissions(hostile.self(), serving.platform().self()));
            return true;
        });
    }

    private void hide(String entry) throws XenStoreException {
        store.write(Layout.listen("web", entry), "x");
        store.setPermissions(Layout.listen("web", entry), List.of(Permission.parse("n" + hostile.self())));
    }
}
