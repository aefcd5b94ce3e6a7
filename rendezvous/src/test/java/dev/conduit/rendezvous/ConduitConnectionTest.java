package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two domains that meet by name and talk. */
class ConduitConnectionTest extends TwoDomains {

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
                    "/conduit/web/established/browser/" + flow, flow + " [n" + s + ", b" + c + "]"));
            // What follows are the numbers of the vchan, or figures later.
            assertThat(tree.get("/conduit/flows/" + flow))
                    .startsWith("(established (server web) (client browser) (connection " + flow + ") ")
                    .endsWith(") [n" + c + ", b" + s + "]");
            String vchan = "/local/domain/" + s + "/data/vchan/" + c + "/" + flow;
            assertThat(tree.get(vchan + "/ring-ref")).matches("[0-9]+ \\[n" + s + ", r" + c + "\\]");
            assertThat(tree.get(vchan + "/event-channel")).matches("[0-9]+ \\[n" + s + ", r" + c + "\\]");
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
    void shouldConnectWithinOneDomain() throws IOException {
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = serving.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            client.write(bytes("ping"));
            assertThat(read(accepted, 4)).isEqualTo("ping");
            assertThat(accepted.peer()).isEqualTo(client.peer());
            assertThat(accepted.peerName()).isEqualTo("web");
        }
    }
}
