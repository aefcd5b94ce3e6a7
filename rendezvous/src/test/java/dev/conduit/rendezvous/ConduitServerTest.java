package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers: names, backlog, close and restart. */
class ConduitServerTest extends TwoDomains {

    @Test
    void shouldTimeOutAcceptAndLeaveServerUsable() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            assertThatThrownBy(() -> server.accept(Duration.ofMillis(50)))
                    .isInstanceOf(ConduitTimeoutException.class)
                    .hasMessage("accept on 'web' timed out: no client connected within 50 ms");
            try (ConduitConnection client = asking.connect("web", LONG);
                    ConduitConnection accepted = server.accept(LONG)) {
                assertThat(accepted.flow()).isEqualTo(client.flow());
            }
        }
    }

    @Test
    void shouldKeepAcceptedConnectionsWhenServerCloses() throws Exception {
        ConduitServer server = serving.listen("web");
        try (ConduitConnection client = asking.connect("web", LONG)) {
            ConduitConnection accepted = server.accept(LONG);
            server.close();
            assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOfSatisfying(
                    ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_LISTENING));
            accepted.write(bytes("still here"));
            assertThat(read(client, 10)).isEqualTo("still here");
            accepted.close();
            assertThatThrownBy(() -> asking.connect("web", LONG)).hasMessage("no such name: 'web'");
        }
    }

    @Test
    void shouldWakeBlockedAcceptWhenServerCloses() throws Exception {
        ConduitServer server = serving.listen("web");
        CompletableFuture<Throwable> outcome = failure(server::accept);
        server.close();
        assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shouldNotTakeNameOfLivingDomain() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            assertThatThrownBy(() -> asking.listen(server.name())).isInstanceOfSatisfying(
                    ConduitNameTakenException.class,
                    taken -> assertThat(taken.holder()).isEqualTo(serving.platform().self()))
                    .hasMessage("name 'web' is taken: domain " + serving.platform().self() + " has it");
            assertThatThrownBy(() -> serving.listen("web")).isInstanceOf(ConduitNameTakenException.class)
                    .hasMessage("name 'web' is taken: this conduit listens under it already");
        }
        asking.listen("web").close();
    }

    @Test
    void shouldServeAgainUnderTheSameNameAfterRestart() throws IOException {
        for (int round = 0; round < 3; round++) {
            Conduit restarted = local.conduit("round" + round);
            ConduitServer server = restarted.listen("web");
            try (ConduitConnection client = asking.connect("web", LONG)) {
                server.accept(LONG).write(bytes("r" + round));
                assertThat(read(client, 2)).isEqualTo("r" + round);
                restarted.platform().close();
            }
        }
    }

    @Test
    void shouldServeAgainUnderTheSameNameInTheSameDomain() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (ConduitServer server = serving.listen("web");
                    ConduitConnection client = asking.connect("web", LONG);
                    ConduitConnection accepted = server.accept(LONG)) {
                accepted.write(bytes("r" + round));
                assertThat(read(client, 2)).isEqualTo("r" + round);
            }
        }
    }

    @Test
    void shouldCloseAllItOpened() throws IOException {
        Map<String, String> before = local.tree();
        ConduitServer server = serving.listen("web");
        serving.register("other");
        ConduitConnection client = asking.connect("web", LONG);
        ConduitConnection accepted = server.accept(LONG);
        serving.close();
        assertThat(accepted.isOpen()).isFalse();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        asking.close();
        assertThat(client.isOpen()).isFalse();
        assertThat(local.tree()).isEqualTo(before);
        assertThat(local.statistics().grants()).isZero();
        assertThat(local.statistics().ports()).isZero();
    }

    @Test
    void shouldGiveNameBackWhenUnregistered() throws IOException {
        serving.register("web");
        serving.register("web");
        assertThatThrownBy(() -> asking.register("web")).isInstanceOf(ConduitNameTakenException.class);
        serving.unregister("web");
        serving.unregister("web");
        assertThat(local.dom0.exists("/conduit/web")).isFalse();
        asking.register("web");
        serving.unregister("web");
        assertThat(local.dom0.readString("/conduit/web")).isEqualTo(asking.platform().self().toString());
    }

    @Test
    void shouldKeepUnregisteredNameWhileItListens() throws IOException {
        serving.register("web");
        ConduitServer server = serving.listen("web");
        serving.unregister("web");
        try (ConduitConnection client = asking.connect("web", LONG)) {
            assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
        }
        serving.close();
        assertThat(local.dom0.exists("/conduit/web")).isFalse();
    }

    @Test
    void shouldListenUnderWellKnownNameAsItsService() throws IOException {
        try (ConduitServer server = serving.listen("jitsud", ListenOptions.defaults().asWellKnownService());
                ConduitConnection client = asking.connect("jitsud", LONG)) {
            assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
        }
    }

    @Test
    void shouldTakeNameOfDeadDomainOnceItIsRemoved() throws Exception {
        haunt("ghost");
        ListenOptions brief = ListenOptions.defaults().withRegisterTimeout(SHORT);
        assertThatThrownBy(() -> serving.listen("ghost", brief)).isInstanceOf(ConduitNameTakenException.class)
                .hasMessage("name 'ghost' is taken: domain 999 has it, which is dead, but XenStore did not remove it"
                        + " within 200 ms");
        CompletableFuture<ConduitServer> listening = CompletableFuture.supplyAsync(() -> listen("ghost"));
        local.dom0.remove("/conduit/ghost");
        try (ConduitServer server = listening.get(LONG.toSeconds(), TimeUnit.SECONDS);
                ConduitConnection client = asking.connect("ghost", LONG)) {
            assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
        }
    }

    @Test
    void shouldRefuseNameOfDeadDomainAtOnce() throws IOException {
        haunt("ghost");
        assertThatThrownBy(() -> asking.connect("ghost", LONG)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.OWNER_DEAD))
                .hasMessage("name 'ghost' belongs to domain 999, which is dead");
        assertThat(local.dom0.list("/conduit/ghost/listen")).isEmpty();
        local.dom0.remove("/conduit/ghost");
    }

    private ConduitServer listen(String name) {
        try {
            return serving.listen(name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A name that XenStore has not yet taken from a domain that is gone. */
    private void haunt(String name) throws IOException {
        DomainId dead = new DomainId(999);
        local.dom0.write("/conduit/" + name, dead.toString());
        local.dom0.setPermissions("/conduit/" + name, Layout.namePermissions(dead));
        local.dom0.mkdir(Layout.listen(name));
        local.dom0.setPermissions(Layout.listen(name), Layout.listenPermissions(dead));
    }
}
