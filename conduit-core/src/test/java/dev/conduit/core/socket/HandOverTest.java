package dev.conduit.core.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server takes over from another, byte by byte; both in this JVM, which is all the same to their sockets. */
@Timeout(120)
class HandOverTest {

    private Path directory;
    private ServerOptions options;
    private XenStoreServer server;

    @BeforeEach
    void startServer() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
        options = ServerOptions.defaults().withHandOver(directory.resolve("next"));
        server = XenStoreServer.start(options);
        server.listen(socket(0), 0);
        server.listen(socket(5), 5);
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
        Files.delete(directory);
    }

    private Path socket(int domain) {
        return directory.resolve("s" + domain);
    }

    private void handOver() throws IOException, InterruptedException {
        XenStoreServer before = server;
        server = XenStoreServer.takeOver(options);
        before.awaitEnd();
        before.close();
    }

    @Test
    void shouldKeepConnectionsWatchesAndTheStore() throws Exception {
        try (RawClient admin = new RawClient(socket(0)); RawClient guest = new RawClient(socket(5))) {
            assertThat(admin.ask(0, RawClient.WRITE, "/a|1")).isEqualTo("OK|");
            assertThat(admin.ask(0, RawClient.INTRODUCE, "5|1|1|")).isEqualTo("OK|");
            assertThat(admin.ask(0, RawClient.WRITE, "/local/domain/5/x|")).isEqualTo("OK|");
            assertThat(admin.ask(0, RawClient.SET_PERMS, "/local/domain/5/x|n5|")).isEqualTo("OK|");
            assertThat(guest.ask(0, RawClient.WATCH, "x|token|")).isEqualTo("OK|");
            assertThat(guest.receive().payload()).isEqualTo("x|token|");

            handOver();

            assertThat(admin.ask(0, RawClient.READ, "/a|")).isEqualTo("1");
            assertThat(admin.ask(0, RawClient.IS_INTRODUCED, "5|")).isEqualTo("T|");
            assertThat(admin.ask(0, RawClient.WRITE, "/local/domain/5/x|2")).isEqualTo("OK|");
            assertThat(guest.receive().payload()).isEqualTo("x|token|");
            assertThat(guest.ask(0, RawClient.READ, "/a|")).isEqualTo("EACCES|");
            try (RawClient late = new RawClient(socket(5))) {
                assertThat(late.ask(0, RawClient.READ, "x|")).isEqualTo("2");
            }
        }
        server.close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldCutARequestAnywhere() throws Exception {
        ByteBuffer request = RawClient.message(7, 0, RawClient.WRITE, "/cut|value");
        try (RawClient raw = new RawClient(socket(0))) {
            for (int cut = 1; cut < request.capacity(); cut += 5) {
                raw.send(request.duplicate().limit(cut));
                // A server that answers somebody else has read what came before; nothing shows it more directly.
                try (RawClient other = new RawClient(socket(0))) {
                    other.ask(0, RawClient.READ, "/");
                }
                handOver();
                raw.send(request.duplicate().position(cut));
                RawClient.Message reply = raw.receive();
                assertThat(reply.id()).as("cut at %d", cut).isEqualTo(7);
                assertThat(reply.type()).isEqualTo(RawClient.WRITE);
            }
        }
    }

    @Test
    void shouldLoseNothingThatWaitsForASlowReader() throws Exception {
        int requests = 20_000;
        try (RawClient slow = new RawClient(socket(0))) {
            assertThat(slow.ask(0, RawClient.WRITE, "/value|" + "v".repeat(1000))).isEqualTo("OK|");
            Thread sender = new Thread(() -> {
                try {
                    for (int id = 1; id <= requests; id++) {
                        slow.send(RawClient.message(id, 0, RawClient.READ, "/value|"));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            for (int id = 1; id <= requests; id++) {
                if (id % 4_000 == 1) {
                    handOver();
                }
                RawClient.Message reply = slow.receive();
                assertThat(reply.id()).isEqualTo(id);
                assertThat(reply.payload()).hasSize(1000);
            }
            sender.join();
        }
    }

    @Test
    void shouldLetATransactionGoOnWhenNothingItSawChanged() throws Exception {
        try (RawClient raw = new RawClient(socket(0)); RawClient other = new RawClient(socket(0))) {
            raw.ask(0, RawClient.WRITE, "/a|1");
            int tx = Integer.parseInt(raw.ask(0, RawClient.START, "|").replace("|", ""));
            assertThat(raw.ask(tx, RawClient.READ, "/a|")).isEqualTo("1");
            assertThat(raw.ask(tx, RawClient.WRITE, "/b|2")).isEqualTo("OK|");
            other.ask(0, RawClient.WRITE, "/c|unrelated");

            handOver();

            assertThat(raw.ask(tx, RawClient.READ, "/b|")).isEqualTo("2");
            assertThat(other.ask(0, RawClient.READ, "/b|")).isEqualTo("ENOENT|");
            assertThat(raw.ask(0, RawClient.START, "|")).isNotEqualTo(tx + "|");
            assertThat(raw.ask(tx, RawClient.END, "T|")).isEqualTo("OK|");
            assertThat(other.ask(0, RawClient.READ, "/b|")).isEqualTo("2");
        }
    }

    @Test
    void shouldEndATransactionInConflictWithAConflict() throws Exception {
        try (RawClient raw = new RawClient(socket(0)); RawClient other = new RawClient(socket(0))) {
            raw.ask(0, RawClient.WRITE, "/a|1");
            String tx = raw.ask(0, RawClient.START, "|").replace("|", "");
            int id = Integer.parseInt(tx);
            raw.ask(id, RawClient.READ, "/a|");
            raw.ask(id, RawClient.WRITE, "/b|2");
            other.ask(0, RawClient.WRITE, "/a|changed");

            handOver();
            handOver();

            assertThat(raw.ask(id, RawClient.READ, "/b|")).isEqualTo("2");
            assertThat(raw.ask(id, RawClient.END, "T|")).isEqualTo("EAGAIN|");
            assertThat(raw.ask(0, RawClient.READ, "/b|")).isEqualTo("ENOENT|");
        }
    }

    @Test
    void shouldServeOnWhenASuccessorTalksNonsenseOrLeaves() throws Exception {
        try (RawClient raw = new RawClient(socket(0))) {
            try (RawClient successor = new RawClient(directory.resolve("next"))) {
                successor.send(ByteBuffer.wrap("something that is no successor".getBytes()));
            }
            try (RawClient successor = new RawClient(directory.resolve("next"))) {
                successor.send(ByteBuffer.wrap("CONDUIT-XENSTORED-1".getBytes()));
            }
            assertThat(raw.ask(0, RawClient.WRITE, "/a|1")).isEqualTo("OK|");
            handOver();
            assertThat(raw.ask(0, RawClient.READ, "/a|")).isEqualTo("1");
        }
    }

    @Test
    void shouldNotWaitLongForASuccessorThatStalls() throws Exception {
        try (RawClient raw = new RawClient(socket(0)); RawClient successor = new RawClient(directory.resolve("next"))) {
            successor.send(ByteBuffer.wrap("CONDUIT-XENSTORED-1".getBytes()));
            assertThat(raw.ask(0, RawClient.WRITE, "/a|1")).isEqualTo("OK|");
            raw.send(RawClient.message(2, 0, RawClient.READ, "/a|"));
            assertThat(raw.receive().payload()).isEqualTo("1");
            handOver();
            assertThat(raw.ask(0, RawClient.READ, "/a|")).isEqualTo("1");
        }
    }

    @Test
    void shouldLeaveNoDescriptorsBehind() throws Exception {
        try (RawClient raw = new RawClient(socket(0))) {
            raw.ask(0, RawClient.WRITE, "/a|1");
            handOver();
            // The former server's thread may still be closing one.
            long before = descriptors();
            for (int i = 0; i < 5; i++) {
                handOver();
                try (var inside = server.connect(0)) {
                    assertThatThrownBy(() -> XenStoreServer.takeOver(options)).isInstanceOf(IOException.class);
                    assertThat(inside.exists("/a")).isTrue();
                }
                assertThat(raw.ask(0, RawClient.READ, "/a|")).isEqualTo("1");
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                    assertThat(descriptors()).isLessThanOrEqualTo(before));
        }
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void shouldMoveMoreConnectionsThanOneMessageCarries() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                clients.add(new RawClient(socket(0)));
                assertThat(clients.get(i).ask(0, RawClient.WATCH, "/w" + i + "|t|")).isEqualTo("OK|");
                assertThat(clients.get(i).receive().payload()).isEqualTo("/w" + i + "|t|");
            }
            handOver();
            for (int i = 0; i < 400; i++) {
                clients.get(i).send(RawClient.message(1, 0, RawClient.WRITE, "/w" + (399 - i) + "|"));
                assertThat(clients.get(399 - i).receive().payload()).isIn("/w" + (399 - i) + "|t|", "OK|");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldNotLeaveClientsInItsOwnJvmBehind() throws Exception {
        try (var inside = server.connect(0)) {
            assertThatThrownBy(() -> XenStoreServer.takeOver(options)).isInstanceOf(IOException.class)
                    .hasMessage("cannot take over at " + directory.resolve("next")
                            + ": the server does not hand over: 1 clients in its own JVM cannot move");
            inside.write("/still", "here");
        }
        handOver();
        try (RawClient raw = new RawClient(socket(0))) {
            assertThat(raw.ask(0, RawClient.READ, "/still|")).isEqualTo("here");
        }
    }

    @Test
    void shouldLeaveTheStateFileToTheSuccessor() throws Exception {
        Path file = directory.resolve("state");
        server.close();
        options = options.withState(file, Duration.ofDays(1));
        server = XenStoreServer.start(options);
        server.listen(socket(0), 0);
        try (RawClient raw = new RawClient(socket(0))) {
            raw.ask(0, RawClient.WRITE, "/a|1");
            handOver();
            assertThat(file).doesNotExist();
            raw.ask(0, RawClient.WRITE, "/b|1");
        }
        server.close();
        try (XenStoreServer restarted = XenStoreServer.start(ServerOptions.defaults().withState(file,
                Duration.ofDays(1))); var client = restarted.connect(0)) {
            assertThat(client.list("/")).contains("a", "b");
        }
        Files.delete(file);
    }

    @Test
    void shouldSayThatThereIsNobodyToTakeOverFrom() {
        ServerOptions nowhere = ServerOptions.defaults().withHandOver(directory.resolve("nothing"));
        assertThatThrownBy(() -> XenStoreServer.takeOver(nowhere)).isInstanceOf(IOException.class)
                .hasMessage("cannot take over at " + directory.resolve("nothing") + ": ENOENT");
    }
}
