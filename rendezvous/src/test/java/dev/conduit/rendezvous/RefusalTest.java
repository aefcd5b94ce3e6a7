package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connects that fail, at once or in time, and leave nothing. */
class RefusalTest extends TwoDomains {

    @Test
    void shouldRefuseWhenNobodyHasTheName() {
        assertThatThrownBy(() -> asking.connect("nobody", LONG)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NO_SUCH_NAME))
                .hasMessage("no such name: 'nobody'");
    }

    @Test
    void shouldRefuseWhenNobodyListens() throws IOException {
        serving.register("web");
        assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_LISTENING));
    }

    @Test
    void shouldRefuseBeyondBacklogAndGoOnAfterAccept() throws IOException {
        try (ConduitServer server = serving.listen("web", ListenOptions.defaults().withBacklog(2))) {
            ConduitConnection first = asking.connect("web", LONG);
            ConduitConnection second = asking.connect("web", LONG);
            assertThatThrownBy(() -> asking.connect("web", RETRIES)).isInstanceOfSatisfying(
                    ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.BACKLOG_FULL))
                    .hasMessage("connect to 'web' was refused by domain " + serving.platform().self()
                            + ": its backlog is full");
            ConduitConnection accepted = server.accept(LONG);
            ConduitConnection third = asking.connect("web", LONG);
            for (ConduitConnection each : new ConduitConnection[] {first, second, third, accepted}) {
                each.close();
            }
        }
    }

    @Test
    void shouldLeaveRoomInTheBacklogForOtherDomains() throws IOException {
        try (ConduitServer server = serving.listen("web", ListenOptions.defaults().withBacklog(4))) {
            List<ConduitConnection> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(asking.connect("web", LONG));
            }
            assertThatThrownBy(() -> asking.connect("web", SHORT)).isInstanceOf(IOException.class);
            Conduit other = local.conduit("other");
            open.add(other.connect("web", LONG));
            assertThatThrownBy(() -> local.conduit("late").connect("web", RETRIES)).isInstanceOfSatisfying(
                    ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.BACKLOG_FULL));
            assertThat(server.accept(LONG).peer()).isEqualTo(asking.platform().self());
            open.add(asking.connect("web", LONG));
            open.forEach(ConduitConnection::close);
        }
    }

    @Test
    void shouldConnectOnceThereIsRoom() throws Exception {
        try (ConduitServer server = serving.listen("web", ListenOptions.defaults().withBacklog(1));
                ConduitConnection first = asking.connect("web", LONG)) {
            Set<String> asked = ConcurrentHashMap.newKeySet();
            var watch = local.dom0.watch(Layout.FLOWS, asked::add);
            CompletableFuture<ConduitConnection> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return asking.connect("web", LONG);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
            // The folder itself, a request that was refused, and the next one.
            await().atMost(LONG).until(() -> asked.size() >= 3);
            watch.close();
            assertThat(server.accept(LONG).flow()).isEqualTo(first.flow());
            try (ConduitConnection client = second.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
            }
        }
    }

    @Test
    void shouldTimeOutConnectAndLeaveNothing() throws IOException {
        SilentServer silent = SilentServer.listen(local.platform("silent"), "web");
        Map<String, String> before = local.tree();
        assertThatThrownBy(() -> asking.connect("web", SHORT)).isInstanceOf(ConduitTimeoutException.class)
                .hasMessage("connect to 'web' timed out: domain " + silent.domain() + " did not answer within 200 ms");
        assertThat(local.tree()).isEqualTo(before);
    }

    @Test
    void shouldRefuseSoonWhenServerDiesWhileClientWaits() throws Exception {
        SilentServer silent = SilentServer.listen(local.platform("silent"), "web");
        CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
        await().atMost(LONG).until(() -> local.tree().keySet().stream()
                .anyMatch(path -> path.startsWith("/conduit/web/listen/")));
        silent.die();
        assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOfSatisfying(
                ConduitRefusedException.class, refused -> assertThat(refused.reason())
                        .isIn(RefusalReason.SERVER_CLOSED, RefusalReason.OWNER_DEAD));
    }

    @Test
    void shouldTakeConnectionBackFromClientThatNeverAttaches() throws IOException {
        ListenOptions options = ListenOptions.defaults().withAttachTimeout(Duration.ofSeconds(2));
        try (ConduitServer server = serving.listen("web", options)) {
            Map<String, String> before = local.tree();
            SilentClient silent = SilentClient.ask(local.platform("silent"), "web", "silent");
            await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(silent::isAnswered);
            await().atMost(LONG).until(() -> !silent.isAnswered());
            silent.die();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(local.tree()).isEqualTo(before);
                assertThat(local.statistics().grants()).isZero();
                assertThat(local.statistics().ports()).isZero();
            });
            assertThatThrownBy(() -> server.accept(Duration.ZERO)).isInstanceOf(ConduitTimeoutException.class);
        }
    }

    @Test
    void shouldRefuseWaitingClientsWhenServerCloses() throws Exception {
        ConduitServer server = serving.listen("web");
        ConduitConnection client = asking.connect("web", LONG);
        server.close();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        client.close();
        assertThatThrownBy(() -> asking.connect("web", LONG)).hasMessage("no such name: 'web'");
        assertThatThrownBy(server::accept).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shouldLeaveInterruptPendingAfterInterruptedConnect() throws Exception {
        SilentServer.listen(local.platform("silent"), "web");
        Map<String, String> before = local.tree();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(local.tree()).isEqualTo(before);
    }

    @Test
    void shouldRefuseReservedAndImpossibleNames() {
        for (String name : new String[] {"flows", "jitsud", "synjitsu", "domain-999", "a/b", "", "x".repeat(64)}) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> serving.listen(name))
                    .withMessageContaining("conduit name '");
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> serving.register(name));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> asking.connect("flows", LONG));
    }

    @Test
    void shouldSayWhenNobodyPreparedTheTree() throws IOException {
        Platform platform = local.platform("early");
        local.dom0.remove("/conduit");
        assertThatThrownBy(() -> Conduit.open(platform)).isInstanceOf(ConduitException.class)
                .hasMessage("XenStore has no /conduit: dom0 must prepare it once, by 'conduit init' there");
        ConduitTree.prepare(local.dom0);
        Conduit.open(platform).close();
    }
}
