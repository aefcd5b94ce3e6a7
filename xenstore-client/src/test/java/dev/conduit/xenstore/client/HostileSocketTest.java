package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server behind a socket that keeps to the protocol less than any real one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileSocketTest {

    private static final ClientOptions LONG = new ClientOptions(Duration.ofSeconds(20), 3, 4);

    @TempDir
    private Path directory;
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private ServerSocketChannel listening;
    private XenStoreClient client;
    private SocketChannel server;

    @BeforeEach
    void connect() throws Exception {
        Path socket = directory.resolve("socket");
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        client = XenStoreClients.connect(socket, LONG);
        server = listening.accept();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        listening.close();
        pool.shutdownNow();
    }

    private Message request() throws Exception {
        MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        ByteBuffer in = ByteBuffer.allocate(1).order(WireHeader.ORDER);
        while (true) {
            in.clear();
            assertThat(server.read(in)).isPositive();
            Message message = decoder.next(in.flip());
            if (message != null) {
                return message;
            }
        }
    }

    private void send(ByteBuffer bytes) throws Exception {
        while (bytes.hasRemaining()) {
            server.write(bytes);
        }
    }

    private static ByteBuffer header(int type, int id, int length) {
        return ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER).putInt(type).putInt(id).putInt(0)
                .putInt(length).flip();
    }

    @Test
    void shouldTakeRepliesUpToFourMebibytesInAnyPieces() throws Exception {
        Future<byte[]> read = pool.submit(() -> client.read("/a"));
        Message request = request();
        byte[] value = new byte[4 << 20];
        value[value.length - 1] = 7;
        ByteBuffer reply = Message.of(Operation.READ, request.requestId(), 0, value).encoded();
        for (int i = 1; i <= 20; i++) {
            send(reply.slice(i - 1, 1));
        }
        send(reply.slice(20, reply.capacity() - 20));

        assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {(4 << 20) + 1, -1})
    void shouldEndAtALongerReply(int length) throws Exception {
        Future<byte[]> read = pool.submit(() -> client.read("/a"));
        send(header(2, request().requestId(), length));

        assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessageContaining("message of type 2 claims " + Integer.toUnsignedString(length)
                        + " payload bytes, at most 4194304 are allowed");
    }

    @Test
    void shouldEndWhenTheServerDiesInTheMiddleOfAMessage() throws Exception {
        Future<byte[]> read = pool.submit(() -> client.read("/a"));
        send(header(2, request().requestId(), 100));
        send(ByteBuffer.allocate(99));
        server.close();

        assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(XenStoreLostException.class)
                .hasMessageContaining(directory.resolve("socket").toString());
        assertThatThrownBy(() -> client.read("/b")).isInstanceOf(XenStoreLostException.class);
    }

    @Test
    void shouldKeepADeadlineAndABoundForAServerThatReadsNothing() throws Exception {
        ClientOptions hurry = new ClientOptions(Duration.ofMillis(1), 3, 4);
        // So short a time may pass while it connects, too.
        XenStoreClient hasty = Awaitility.await().ignoreExceptionsInstanceOf(XenStoreException.class)
                .until(() -> XenStoreClients.connect(directory.resolve("socket"), hurry), Objects::nonNull);
        byte[] value = new byte[4000];
        XenStoreException last = null;
        // Each write times out and stays in the backlog, until that is full.
        for (int i = 0; i < 3000 && (last == null || !last.getMessage().contains("are kept")); i++) {
            try {
                hasty.write("/a", value);
            } catch (XenStoreException e) {
                last = e;
            }
        }
        assertThat(last).hasMessageContaining("bytes unread, at most 4194304 are kept");
        hasty.close();
    }
}
