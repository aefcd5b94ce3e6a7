package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketServerTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        server.close();
        server.close();
    }

    private SocketChannel raw(int domain) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(server.socket(domain)));
    }

    private static Message read(SocketChannel channel) throws IOException {
        MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        ByteBuffer one = ByteBuffer.allocate(1);
        while (true) {
            one.clear();
            if (channel.read(one) < 0) {
                return null;
            }
            Message message = decoder.next(one.flip());
            if (message != null) {
                return message;
            }
        }
    }

    @Test
    void shouldMakeSocketsOnlyTheUserCanOpen() throws Exception {
        assertThat(Files.getPosixFilePermissions(server.socket(0)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void shouldReplaceTheSocketOfADeadServer() throws Exception {
        Path socket = directory.resolve("stale");
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();
        server.server().listen(socket, 0);

        try (XenStoreClient client = XenStoreClients.connect(socket)) {
            assertThat(client.list("/")).containsExactly("tool");
        }
    }

    @Test
    void shouldLeaveALivingServerAlone() throws Exception {
        Path socket = server.socket(0);
        XenStoreServer second = XenStoreServer.start(ServerOptions.defaults());
        try {
            assertThatThrownBy(() -> second.listen(socket, 0)).isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + socket + ": a server is listening there");
        } finally {
            second.close();
        }
        assertThat(socket).exists();
    }

    @Test
    void shouldNotReplaceAnythingButASocket() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "precious");

        assertThatThrownBy(() -> server.server().listen(file, 0)).isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + file + ": it exists and is not a socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void shouldSayWhichDirectoryIsMissing() {
        Path socket = directory.resolve("none/socket");

        assertThatThrownBy(() -> server.server().listen(socket, 0)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on " + socket + ": ");
    }

    @Test
    void shouldTakeTheLongestPathAndRefuseLongerOnes() throws Exception {
        Path base = Files.createTempDirectory(Path.of("/tmp"), "xs");
        Path longest = base.resolve("s".repeat(105 - base.toString().length() - 1));
        Path longer = base.resolve(longest.getFileName() + "s");
        try {
            server.server().listen(longest, 0);
            XenStoreClients.connect(longest).close();
            assertThatThrownBy(() -> server.server().listen(longer, 0)).isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + longer + ": the path has 106 bytes, at most 105 are possible");
            server.server().unlisten(longest);
        } finally {
            Files.delete(base);
        }
    }

    @Test
    void shouldStopListening() throws Exception {
        Path socket = directory.resolve("s");
        server.server().listen(socket, 0);
        XenStoreClient before = XenStoreClients.connect(socket);
        // An answer shows that it was taken from the backlog, which unlisten resets.
        before.list("/");
        server.server().unlisten(socket);
        server.server().unlisten(socket);

        assertThat(socket).doesNotExist();
        assertThat(before.list("/")).containsExactly("tool");
        before.close();
        assertThatThrownBy(() -> XenStoreClients.connect(socket)).isInstanceOf(XenStoreException.class)
                .hasMessage("no XenStore socket at " + socket
                        + "; outside Xen start a local host with 'conduit host' and set XENSTORED_PATH to its socket");
        server.server().listen(socket, 0);
        XenStoreClients.connect(socket).close();
    }

    @Test
    void shouldLeaveASocketThatReplacedItsOwn() throws Exception {
        Path socket = directory.resolve("s");
        server.server().listen(socket, 0);
        Files.delete(socket);
        Files.writeString(socket, "other");
        server.close();

        assertThat(socket).hasContent("other");
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        Path socket = directory.resolve("stale");
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();

        assertThatThrownBy(() -> XenStoreClients.connect(socket)).isInstanceOf(XenStoreException.class)
                .hasMessage("cannot connect to the XenStore socket " + socket + ": Connection refused");
    }

    @Test
    void shouldGiveUpOnAServerThatDoesNotAnswer() throws Exception {
        Path socket = directory.resolve("mute");
        try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            mute.bind(UnixDomainSocketAddress.of(socket));
            ClientOptions options = new ClientOptions(Duration.ofMillis(50), 1, 1);
            try (XenStoreClient client = XenStoreClients.connect(socket, options)) {
                assertThatThrownBy(() -> client.read("/")).hasMessage("XenStore read of '/' got no reply within 50 ms");
            }
        }
    }

    @Test
    void shouldCloseTheConnectionAtATooLongRequest() throws Exception {
        try (SocketChannel bad = raw(0); XenStoreClient good = server.overSocket(0)) {
            bad.write(ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER).putInt(2).putInt(0).putInt(0)
                    .putInt(5000).flip());

            assertThat(read(bad)).isNull();
            assertThat(good.list("/")).containsExactly("tool");
            await().atMost(LONG).until(() -> server.usage(0).connections() == 1);
        }
    }

    @Test
    void shouldAnswerAWriterThatDribbles() throws Exception {
        try (SocketChannel slow = raw(0)) {
            ByteBuffer bytes = Message.of(Operation.DIRECTORY, 9, 0, new byte[] {'/', 0}).encoded();
            while (bytes.hasRemaining()) {
                slow.write(bytes.slice(bytes.position(), 1));
                bytes.position(bytes.position() + 1);
            }
            assertThat(read(slow).requestId()).isEqualTo(9);
        }
    }

    @Test
    void shouldForgetAClientThatDiesInTheMiddleOfAMessage() throws Exception {
        XenStoreClient dom0 = server.inProcess(0);
        SocketChannel dying = raw(5);
        dying.write(Message.of(Operation.WATCH, 1, 0, new byte[] {'/', 'a', 0, 't', 0}).encoded());
        assertThat(read(dying)).isNotNull();
        dying.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        dying.close();

        await().atMost(LONG).until(() -> server.knowsNothingOf(5));
        assertThat(dom0.list("/")).containsExactly("tool");
        dom0.close();
    }

    @Test
    void shouldDropAClientThatNeverReads() throws Exception {
        SocketChannel deaf = raw(0);
        deaf.write(Message.of(Operation.WATCH, 1, 0, new byte[] {'/', 0, 't', 0}).encoded());
        try (XenStoreClient busy = server.overSocket(0)) {
            await().atMost(LONG).until(() -> server.usage(0).watches() == 1);
            String longName = "x".repeat(2000);
            for (int i = 0; i < 5000 && server.usage(0).watches() == 1; i++) {
                busy.mkdir("/" + longName + "/" + i);
            }
            await().atMost(LONG).until(() -> server.usage(0).watches() == 0);
            assertThat(server.usage(0).connections()).isEqualTo(1);
        }
        deaf.close();
    }

    @Test
    void shouldNotReadRequestsOfAClientThatDoesNotReadReplies() throws Exception {
        try (SocketChannel deaf = raw(0); XenStoreClient other = server.overSocket(0)) {
            other.write("/big", new byte[4000]);
            deaf.configureBlocking(false);
            ByteBuffer request = Message.of(Operation.READ, 1, 0, new byte[] {'/', 'b', 'i', 'g', 0}).encoded();
            await().atMost(LONG).until(() -> {
                for (int i = 0; i < 1000; i++) {
                    if (deaf.write(request.duplicate()) < request.remaining()) {
                        return true;
                    }
                }
                return false;
            });

            assertThat(other.read("/big")).hasSize(4000);
            assertThat(server.usage(0).connections()).isEqualTo(2);
        }
    }

    @Test
    void shouldServeHundredsOfConnections() throws Exception {
        List<XenStoreClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(server.overSocket(0));
        }
        for (int i = 0; i < 200; i++) {
            clients.get(i).write("/c" + i, "" + i);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(clients.get(199 - i).readString("/c" + i)).isEqualTo("" + i);
            clients.get(199 - i).close();
        }
        await().atMost(LONG).until(() -> server.usage(0).connections() == 0);
    }

    @Test
    void shouldEndItsThreads() throws Exception {
        XenStoreClient client = server.overSocket(0);
        client.watch("/a", path -> { });
        client.close();
        server.close();

        await().atMost(LONG).untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName).noneMatch(name -> name.startsWith("xenstore")));
    }

    @Test
    void shouldRefuseUseAfterClose() {
        server.close();

        assertThatThrownBy(() -> server.inProcess(0)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the XenStore server was closed");
        assertThatThrownBy(() -> server.server().listen(directory.resolve("x"), 0)).isInstanceOf(IOException.class)
                .hasMessageEndingWith("the XenStore server was closed");
    }

    @Test
    void shouldCheckItsArguments() {
        assertThatThrownBy(() -> server.server().connect(65536)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain 65536 is not between 0 and 65535");
        assertThatThrownBy(() -> server.server().release(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain 0 cannot be released");
        assertThatThrownBy(() -> Quota.of("x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("quota 'x' is not one of nodes, node-size, watches");
        assertThatThrownBy(() -> ServerOptions.defaults().withQuota(Quota.NODES, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("quota nodes of -1 is negative");
    }
}
