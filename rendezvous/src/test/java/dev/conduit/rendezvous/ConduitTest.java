package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.vchan.VchanPeerClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two domains that meet by name, in one JVM on a local host. */
@Timeout(60)
class ConduitTest {

    private static final Duration LONG = LocalFixture.LONG;
    private static final Duration SHORT = Duration.ofMillis(200);

    private LocalFixture local;
    private Conduit serving;
    private Conduit asking;

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
        serving = local.conduit("server");
        asking = local.conduit("client");
    }

    @AfterEach
    void close() throws Exception {
        local.close();
    }

    @Test
    void shouldConnectByNameAndCarryBytesBothWays() throws IOException {
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            client.write(bytes("ping"));
            assertThat(read(accepted, 4)).isEqualTo("ping");
            accepted.output().write("pong".getBytes(UTF_8));
            assertThat(new String(client.input().readNBytes(4), UTF_8)).isEqualTo("pong");
            assertThat(client.peer()).isEqualTo(serving.platform().self());
            assertThat(client.peerName()).isEqualTo("web");
            assertThat(accepted.peer()).isEqualTo(asking.platform().self());
            assertThat(accepted.peerName()).isEqualTo("domain-" + asking.platform().self());
            assertThat(accepted.flow()).isEqualTo(client.flow());
        }
    }

    @Test
    void shouldShowTheContractLayoutInMidFlight() throws IOException {
        asking.register("browser");
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            String flow = client.flow();
            String s = serving.platform().self().toString();
            String c = asking.platform().self().toString();
            assertThat(accepted.peerName()).isEqualTo("browser");
            Map<String, String> tree = local.tree();
            assertThat(tree).containsAllEntriesOf(Map.of(
                    "/conduit/browser", c + " [r" + c + "]",
                    "/conduit/web", s + " [r" + s + "]",
                    "/conduit/web/listen", " [w" + s + "]",
                    "/conduit/web/established/browser", c + " [n" + s + "]",
                    "/conduit/web/established/browser/" + flow, flow + " [n" + s + ", b" + c + "]",
                    "/conduit/flows/" + flow, "(established (server web) (client browser) (connection " + flow + "))"
                            + " [n" + c + ", b" + s + "]"));
            String vchan = "/local/domain/" + s + "/data/vchan/" + c + "/" + flow;
            assertThat(tree.get(vchan + "/ring-ref")).matches("[0-9]+ \\[n" + s + ", r" + c + "\\]");
            assertThat(tree.get(vchan + "/event-channel")).matches("[0-9]+ \\[n" + s + ", r" + c + "\\]");
        }
    }

    @Test
    void shouldGiveEndOfStreamAfterClientClosed() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            ConduitConnection client = asking.connect("web", LONG);
            try (ConduitConnection accepted = server.accept(LONG)) {
                client.write(bytes("last words"));
                client.close();
                assertThat(read(accepted, 10)).isEqualTo("last words");
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                assertThat(accepted.input().read()).isEqualTo(-1);
                assertThat(accepted.peek(1, Duration.ZERO)).isNull();
                assertThat(accepted.receive(ByteBuffer.allocate(1), Duration.ZERO)).isFalse();
                assertThatThrownBy(() -> accepted.write(bytes("x"))).isInstanceOf(VchanPeerClosedException.class);
            }
        }
    }

    @Test
    void shouldGiveEndOfStreamAfterClientClosedAndItsDomainEnded() throws Exception {
        try (ConduitServer server = serving.listen("web")) {
            Conduit leaving = local.conduit("leaving");
            ConduitConnection client = leaving.connect("web", LONG);
            try (ConduitConnection accepted = server.accept(LONG)) {
                client.write(bytes("bye"));
                client.close();
                leaving.platform().close();
                await().atMost(LONG).until(() -> !local.tree().containsKey("/conduit/flows/" + accepted.flow()));
                assertThat(read(accepted, 3)).isEqualTo("bye");
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void shouldGiveEndOfStreamAfterServerClosed() throws IOException {
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG)) {
            ConduitConnection accepted = server.accept(LONG);
            accepted.write(bytes("last words"));
            accepted.close();
            assertThat(new String(client.input().readAllBytes(), UTF_8)).isEqualTo("last words");
        }
    }

    @Test
    void shouldTellDeathOfClientAfterItsLastBytes() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            Conduit dying = local.conduit("dying");
            ConduitConnection client = dying.connect("web", LONG);
            try (ConduitConnection accepted = server.accept(LONG)) {
                client.write(bytes("last words"));
                dying.platform().close();
                assertThat(read(accepted, 10)).isEqualTo("last words");
                assertThatThrownBy(() -> accepted.read(ByteBuffer.allocate(1)))
                        .isInstanceOf(ConduitPeerLostException.class)
                        .hasMessageStartingWith("peer 'domain-" + accepted.peer() + "' (domain " + accepted.peer()
                                + ") of flow " + accepted.flow() + " ended without closing: ");
                assertThatThrownBy(() -> accepted.peek(1, LONG)).isInstanceOf(ConduitPeerLostException.class);
                assertThatThrownBy(() -> accepted.receive(ByteBuffer.allocate(1), LONG))
                        .isInstanceOf(ConduitPeerLostException.class);
                assertThatThrownBy(() -> accepted.write(bytes("x"))).isInstanceOf(ConduitPeerLostException.class);
            }
        }
    }

    @Test
    void shouldTellDeathOfServerAfterItsLastBytes() throws IOException {
        Conduit dying = local.conduit("dying");
        ConduitServer server = dying.listen("web");
        try (ConduitConnection client = asking.connect("web", LONG)) {
            server.accept(LONG).write(bytes("last words"));
            dying.platform().close();
            assertThat(read(client, 10)).isEqualTo("last words");
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ConduitPeerLostException.class);
        }
    }

    @Test
    void shouldClearTheTreeAfterDeathOfClientWithoutAnybodyReading() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            Map<String, String> before = local.tree();
            Conduit dying = local.conduit("dying");
            dying.connect("web", LONG);
            server.accept(LONG);
            dying.platform().close();
            await().atMost(LONG).untilAsserted(() -> assertThat(local.tree()).isEqualTo(before));
        }
    }

    @Test
    void shouldClearTheTreeAfterDeathOfServerWithoutAnybodyReading() throws IOException {
        Map<String, String> before = local.tree();
        Conduit dying = local.conduit("dying");
        ConduitServer server = dying.listen("web");
        asking.connect("web", LONG);
        server.accept(LONG);
        dying.platform().close();
        await().atMost(LONG).untilAsserted(() -> assertThat(local.tree()).isEqualTo(before));
    }

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
            assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOfSatisfying(
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
        ListenOptions options = ListenOptions.defaults().withAttachTimeout(SHORT);
        try (ConduitServer server = serving.listen("web", options)) {
            Map<String, String> before = local.tree();
            SilentClient silent = SilentClient.ask(local.platform("silent"), "web", "silent");
            await().atMost(LONG).until(silent::isAnswered);
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
    void shouldLeaveInterruptPendingAfterInterruptedConnect() throws Exception {
        SilentServer.listen(local.platform("silent"), "web");
        Map<String, String> before = local.tree();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(local.tree()).isEqualTo(before);
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
    void shouldKeepTwoConnectionsOfOneClientApart() throws IOException {
        try (ConduitServer server = serving.listen("web");
                ConduitConnection one = asking.connect("web", LONG);
                ConduitConnection acceptedOne = server.accept(LONG)) {
            ConduitConnection two = asking.connect("web", LONG);
            ConduitConnection acceptedTwo = server.accept(LONG);
            acceptedOne.write(bytes("one"));
            acceptedTwo.write(bytes("two"));
            assertThat(read(two, 3)).isEqualTo("two");
            assertThat(read(one, 3)).isEqualTo("one");
            two.close();
            assertThat(acceptedTwo.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            one.write(bytes("on"));
            assertThat(read(acceptedOne, 2)).isEqualTo("on");
        }
    }

    @Test
    void shouldUseRingSizesAsked() throws IOException {
        try (ConduitServer server = serving.listen("web", ListenOptions.defaults().withRings(4096, 1 << 20));
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            assertThat(client.free()).isEqualTo(4096);
            assertThat(accepted.free()).isEqualTo(1 << 20);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ListenOptions.defaults().withRings(1024, (1 << 20) + 1))
                .withMessageContaining("1048576");
    }

    @Test
    void shouldCarryWithoutCopies() throws IOException {
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            client.reserve(8, LONG).putLong(0, 42);
            client.commit(8);
            assertThat(accepted.peek(8, LONG).getLong()).isEqualTo(42);
            accepted.release(8);
            assertThat(client.drain(LONG)).isTrue();
        }
    }

    @Test
    void shouldWaitForPeerToReadWhenClosingWithDrain() throws Exception {
        try (ConduitServer server = serving.listen("web")) {
            ConduitConnection client = asking.connect("web", LONG);
            try (ConduitConnection accepted = server.accept(LONG)) {
                client.write(bytes("abc"));
                CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> client.close(LONG));
                assertThat(read(accepted, 3)).isEqualTo("abc");
                assertThat(drained.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void shouldBeSafeToCloseTwiceAndToUseAfterClose() throws IOException {
        ConduitServer server = serving.listen("web");
        ConduitConnection client = asking.connect("web", LONG);
        client.close();
        client.close();
        assertThat(client.isOpen()).isFalse();
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> client.write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
        server.close();
        server.close();
        asking.close();
        asking.close();
        assertThatThrownBy(() -> asking.connect("web", LONG)).hasMessage("this conduit is closed");
        assertThatThrownBy(() -> asking.listen("web")).hasMessage("this conduit is closed");
        assertThatThrownBy(() -> asking.register("web")).hasMessage("this conduit is closed");
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
    void shouldRefuseReservedAndImpossibleNames() {
        for (String name : new String[] {"flows", "jitsud", "synjitsu", "domain-999", "a/b", "", "x".repeat(64)}) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> serving.listen(name))
                    .withMessageContaining("conduit name '");
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> serving.register(name));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> asking.connect("flows", LONG));
    }

    @Test
    void shouldListenUnderWellKnownNameAsItsService() throws IOException {
        try (ConduitServer server = serving.listen("jitsud", ListenOptions.defaults().asWellKnownService());
                ConduitConnection client = asking.connect("jitsud", LONG)) {
            assertThat(server.accept(LONG).flow()).isEqualTo(client.flow());
        }
    }

    @Test
    void shouldTellWhenTheHostIsLost() throws Exception {
        try (LocalFixture doomed = new LocalFixture()) {
            Conduit one = doomed.conduit("one");
            Conduit two = doomed.conduit("two");
            ConduitServer server = one.listen("web");
            ConduitConnection client = two.connect("web", LONG);
            ConduitConnection accepted = server.accept(LONG);
            accepted.write(bytes("last words"));
            CompletableFuture<Throwable> accept = failure(server::accept);
            doomed.loseHost();
            assertThat(read(client, 10)).isEqualTo("last words");
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ConduitPeerLostException.class).hasMessageEndingWith("the platform is gone");
            assertThatThrownBy(() -> two.connect("web", LONG)).isInstanceOf(IOException.class);
            assertThat(accept.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ConduitException.class)
                    .hasMessageStartingWith("server 'web' failed: ");
        }
    }

    /** A call that must fail, on a thread of its own. */
    private interface Call {
        Object run() throws Exception;
    }

    private static CompletableFuture<Throwable> failure(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new AssertionError("no exception, but " + call.run());
            } catch (Exception expected) {
                return expected;
            }
        });
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String read(ConduitConnection connection, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertThat(connection.read(buffer, LONG)).isPositive();
        }
        return new String(buffer.array(), UTF_8);
    }
}
