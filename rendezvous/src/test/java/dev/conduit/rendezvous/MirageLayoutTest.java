package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanServer;
import dev.conduit.vchan.VchanState;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The older layout of ocaml-conduit, whose side is played by hand: the XenStore requests are those of
 * conduit_xenstore.ml, outside transactions and without permissions, the vchan is libxenvchan's.
 */
class MirageLayoutTest extends TwoDomains {

    private static final ListenOptions OPTIONS = ListenOptions.defaults().withMirageClients(Set.of("browser", "other"));
    private static final ConnectOptions FLOWPORT = ConnectOptions.defaults().withMiragePort("flowport");

    /** An old guest. */
    private record Mirage(Platform platform, String name) {

        XenStoreClient store() {
            return platform.xenStore();
        }

        DomainId domain() {
            return platform.self();
        }

        static Mirage register(Platform platform, String name) throws XenStoreException {
            assertThat(platform.xenStore().exists("/conduit")).isTrue();
            platform.xenStore().write("/conduit/" + name, platform.self().toString());
            return new Mirage(platform, name);
        }

        VchanChannel connect(String server, String port) throws IOException {
            DomainId domain = DomainId.parse(store().readString("/conduit/" + server));
            store().write("/conduit/" + server + "/" + name + "/" + port, port);
            return Vchan.connect(platform, domain, Layout.vchan(domain, domain(), port), VchanOptions.defaults(),
                    LONG);
        }

        /** Waits for the first request, as its accept does. */
        VchanServer accept() throws Exception {
            String folder = "/conduit/" + name;
            String client = store().waitFor(reads -> reads.list(folder).stream()
                    .filter(child -> !child.isEmpty()).findFirst().orElse(null), LONG);
            String port = store().list(folder + "/" + client).get(0);
            DomainId domain = DomainId.parse(store().readString("/conduit/" + client));
            store().remove(folder + "/" + client);
            VchanServer vchan = Vchan.open(platform, domain, VchanOptions.defaults());
            vchan.publish("/local/domain/" + domain() + "/data/vchan/" + domain + "/" + port);
            vchan.awaitConnected(LONG);
            return vchan;
        }
    }

    private Mirage guest(String name) throws IOException {
        return Mirage.register(local.platform("mirage"), name);
    }

    private Set<String> paths() throws IOException {
        return local.tree().keySet().stream().filter(path -> !path.startsWith("/local/domain/"))
                .collect(Collectors.toSet());
    }

    @Test
    void shouldServeOldClient() throws Exception {
        Mirage old = guest("browser");
        try (ConduitServer server = serving.listen("web", OPTIONS)) {
            Set<String> before = paths();
            VchanChannel client = old.connect("web", "flowport");
            try (client; ConduitConnection accepted = server.accept(LONG)) {
                assertThat(accepted.peer()).isEqualTo(old.domain());
                assertThat(accepted.peerName()).isEqualTo("browser");
                client.write(bytes("GET"));
                assertThat(read(accepted, 3)).isEqualTo("GET");
                accepted.write(bytes("200"));
                ByteBuffer answer = ByteBuffer.allocate(3);
                assertThat(client.receive(answer, LONG)).isTrue();
                assertThat(local.tree()).containsEntry("/conduit/flows/" + accepted.flow(), "(established (server web)"
                        + " (client browser) (connection flowport) (layout mirage)) [n" + serving.platform().self()
                        + "]").doesNotContainKey("/conduit/web/browser/flowport");
                client.close();
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            assertThat(paths()).isEqualTo(before);
            assertThat(local.dom0.exists(Layout.vchans(serving.platform().self()))).isFalse();
        }
    }

    @Test
    void shouldServeOldAndNewClientsAndManyPorts() throws Exception {
        Mirage old = guest("browser");
        String longest = "x".repeat(64);
        try (ConduitServer server = serving.listen("web", OPTIONS);
                VchanChannel one = old.connect("web", "one");
                ConduitConnection first = server.accept(LONG);
                VchanChannel two = old.connect("web", longest);
                ConduitConnection second = server.accept(LONG);
                ConduitConnection today = asking.connect("web", LONG);
                ConduitConnection third = server.accept(LONG)) {
            assertThat(third.flow()).isEqualTo(today.flow());
            two.write(bytes("2"));
            one.write(bytes("1"));
            assertThat(read(first, 1) + read(second, 1)).isEqualTo("12");
        }
    }

    /** There is no flow record of the client's that could say more. */
    @Test
    void shouldTellDomainThatIsGoneFromOneThatClosedOrDied() throws Exception {
        FlowNodes nodes = new FlowNodes("web", "browser", "flowport", "f", new DomainId(1), new DomainId(2));
        for (EndKind kind : List.of(EndKind.MIRAGE_SERVER, EndKind.MIRAGE_CLIENT)) {
            assertThat(kind.peerEnded(local.dom0, nodes, VchanState.PEER_GONE)).isEqualTo(PeerEnd.LOST);
            assertThat(kind.peerEnded(local.dom0, nodes, VchanState.PEER_CLOSED)).isEqualTo(PeerEnd.CLOSED);
        }
    }

    @Test
    void shouldSweepWhatAServerThatCrashedLeft() throws Exception {
        Mirage old = guest("browser");
        ConduitServer crashed = serving.listen("web", OPTIONS);
        VchanChannel client = old.connect("web", "flowport");
        ConduitConnection accepted = crashed.accept(LONG);
        // As after a crash: the nodes stay, and another process of the domain listens.
        NameTransitions.sweep(serving.platform().xenStore(), "web", serving.platform().self());
        assertThat(local.dom0.list("/conduit/flows")).isEmpty();
        assertThat(local.dom0.exists(Layout.vchans(serving.platform().self()))).isFalse();
        accepted.close();
        client.close();
        crashed.close();
    }

    /** Whoever writes under another's name is served as who it is. */
    @Test
    void shouldTakeTheOwnerOfTheRequestForTheClient() throws Exception {
        guest("browser");
        Mirage evil = new Mirage(local.platform("evil"), "browser");
        try (ConduitServer server = serving.listen("web", OPTIONS);
                VchanChannel client = evil.connect("web", "flowport");
                ConduitConnection accepted = server.accept(LONG)) {
            assertThat(client.isOpen()).isTrue();
            assertThat(accepted.peer()).isEqualTo(evil.domain());
            assertThat(accepted.peerName()).isEqualTo("domain-" + evil.domain());
        }
    }

    @Test
    void shouldNotTakeOldClientsUnasked() throws Exception {
        Mirage old = guest("browser");
        try (ConduitServer plain = serving.listen("web");
                ConduitServer some = serving.listen("shop", OPTIONS)) {
            for (ConduitServer each : List.of(plain, some)) {
                String path = "/conduit/" + each.name() + (each == plain ? "/browser/x" : "/stranger/x");
                assertThatThrownBy(() -> old.store().write(path, "x")).isInstanceOfSatisfying(
                        XenStoreException.class, refused -> assertThat(refused.is("EACCES")).isTrue());
                assertThatThrownBy(() -> old.store().write("/conduit/" + each.name(), "9"))
                        .isInstanceOf(XenStoreException.class);
            }
        }
    }

    @Test
    void shouldGoOnWhateverOthersPutIntoTheFolder() throws Exception {
        Mirage old = guest("browser");
        Platform evil = local.platform("evil");
        try (ConduitServer server = serving.listen("web", OPTIONS)) {
            evil.xenStore().write("/conduit/web/browser/a@b", "x");
            evil.xenStore().write("/conduit/web/browser/" + "y".repeat(65), "x");
            for (int i = 0; i < 40; i++) {
                hide(evil, "/conduit/web/browser/junk" + i);
            }
            evil.xenStore().remove("/conduit/web/other");
            await().atMost(LONG).until(() -> local.dom0.exists("/conduit/web/other")
                    && local.dom0.exists("/conduit/web/browser")
                    && local.dom0.list("/conduit/web/browser").isEmpty());
            try (VchanChannel client = old.connect("web", "flowport");
                    ConduitConnection accepted = server.accept(LONG)) {
                assertThat(client.isOpen()).isTrue();
                assertThat(accepted.peer()).isEqualTo(old.domain());
            }
        }
    }

    /** The folder may be made anew between the two steps. */
    private static void hide(Platform evil, String path) throws XenStoreException {
        try {
            evil.xenStore().write(path, "x");
            evil.xenStore().setPermissions(path, List.of(Permission.parse("n" + evil.self())));
        } catch (XenStoreException renewed) {
            assertThat(renewed.error()).isIn("EACCES", "ENOENT");
        }
    }

    @Test
    void shouldLetOldClientsWaitForRoom() throws Exception {
        Mirage old = guest("browser");
        try (ConduitServer server = serving.listen("web", OPTIONS.withBacklog(1));
                ConduitConnection first = asking.connect("web", LONG)) {
            CompletableFuture<VchanChannel> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return old.connect("web", "flowport");
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
            await().atMost(LONG).until(() -> local.dom0.exists("/conduit/web/browser/flowport"));
            try (ConduitConnection accepted = server.accept(LONG);
                    VchanChannel client = waiting.get(LONG.toSeconds(), TimeUnit.SECONDS);
                    ConduitConnection second = server.accept(LONG)) {
                assertThat(accepted.flow()).isEqualTo(first.flow());
                assertThat(client.isOpen()).isTrue();
                assertThat(second.peer()).isEqualTo(old.domain());
            }
        }
    }

    @Test
    void shouldConnectToOldServer() throws Exception {
        Mirage old = guest("ocaml");
        asking.register("client");
        Map<String, String> before = local.tree();
        CompletableFuture<ConduitConnection> connecting = CompletableFuture.supplyAsync(() -> {
            try {
                return asking.connect("ocaml", LONG, FLOWPORT);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        VchanServer accepted = old.accept();
        try (accepted; ConduitConnection client = connecting.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(client.peer()).isEqualTo(old.domain());
            assertThat(client.peerName()).isEqualTo("ocaml");
            assertThat(client.flow()).isEmpty();
            client.write(bytes("hello"));
            ByteBuffer heard = ByteBuffer.allocate(5);
            assertThat(accepted.channel().receive(heard, LONG)).isTrue();
            accepted.close();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        old.store().remove("/local/domain/" + old.domain() + "/data/vchan");
        assertThat(local.tree()).isEqualTo(before);
        old.store().remove("/conduit/ocaml");
    }

    @Test
    void shouldLeaveNothingWhenOldServerDoesNotAnswer() throws Exception {
        Mirage old = guest("ocaml");
        asking.register("client");
        assertThatThrownBy(() -> asking.connect("ocaml", SHORT, FLOWPORT)).isInstanceOf(ConduitTimeoutException.class)
                .hasMessageStartingWith("connect to 'ocaml' timed out: domain " + old.domain() + " did not publish ");
        assertThat(local.dom0.exists("/conduit/ocaml/client/flowport")).isFalse();
        old.store().remove("/conduit/ocaml");
    }

    @Test
    void shouldRefuseOldServerThatIsForgedOrNone() throws Exception {
        Mirage old = guest("ocaml");
        assertThatThrownBy(() -> asking.connect("ocaml", LONG, FLOWPORT)).isInstanceOf(ConduitException.class)
                .hasMessageContaining("needs a name that this domain has");
        asking.register("client");
        local.platform("evil").xenStore().write("/conduit/ocaml", asking.platform().self().toString());
        assertThatThrownBy(() -> asking.connect("ocaml", LONG, FLOWPORT)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.FORGED_NAME));
        serving.register("web");
        assertThatThrownBy(() -> asking.connect("web", LONG, FLOWPORT)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_LISTENING));
        old.store().remove("/conduit/ocaml");
    }

    @Test
    void shouldRefuseOptionsOutOfRange() {
        for (String port : List.of("", "a/b", "a.b", "x".repeat(65))) {
            assertThatIllegalArgumentException().as(port)
                    .isThrownBy(() -> ConnectOptions.defaults().withMiragePort(port))
                    .withMessageContaining("is not 1 to 64 characters of A-Z a-z 0-9 - _");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ListenOptions.defaults().withMirageClients(Set.of()))
                .withMessage("Mirage clients are 1 to 16 names, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ListenOptions.defaults().withMirageClients(Set.of("listen")))
                .withMessage("Mirage client 'listen' has the name of a node that this server needs itself");
    }
}
