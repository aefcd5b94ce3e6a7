package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.vchan.VchanPeerClosedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a connection looks to the side that is left. */
class PeerEndTest extends TwoDomains {

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
}
