package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over a device whose other end is the test. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DeviceTransportTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Answers with the value "v"; says what the test wants to some requests. */
    private static final class ScriptedDevice implements DeviceFile {

        private static final ByteBuffer CLOSED = ByteBuffer.allocate(0);
        private final BlockingQueue<ByteBuffer> unread = new LinkedBlockingQueue<>();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final ConcurrentLinkedQueue<String> written = new ConcurrentLinkedQueue<>();
        private volatile Message later;
        private volatile boolean closed;
        private volatile boolean writing;
        private volatile boolean closedDuringWrite;

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            try {
                ByteBuffer next = unread.take();
                if (next == CLOSED) {
                    throw new AsynchronousCloseException();
                }
                if (!next.hasRemaining()) {
                    return -1;
                }
                int count = next.remaining();
                bytes.put(next);
                return count;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            Message request = new MessageDecoder(WireHeader.PAYLOAD_MAX).next(
                    ByteBuffer.wrap(bytes).order(WireHeader.ORDER));
            writing = true;
            try {
                answer(request, Payload.text(request.payload(), 0, Payload.indexOfNul(request.payload(), 0)));
            } finally {
                writing = false;
            }
        }

        private void answer(Message request, String path) throws IOException {
            written.add(path);
            switch (path) {
                case "/later" -> later = request;
                case "/full" -> throw new IOException("No space left on device");
                case "/strange" -> throw new IOException("Something nobody ever heard of");
                case "/hang" -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
                default -> {
                    if (request.type() == Operation.WATCH.code()) {
                        queue(Message.of(Operation.WATCH_EVENT, request.requestId(), 77, request.payload()));
                    }
                    queue(new Message(request.type(), request.requestId(), 0, Payload.bytes("v")));
                }
            }
        }

        void queue(Message message) {
            unread.add(message.encoded());
        }

        @Override
        public void close() {
            closedDuringWrite |= writing;
            closed = true;
            unread.add(CLOSED);
        }
    }

    private final ScriptedDevice device = new ScriptedDevice();
    private final StoreClient client = client(LONG);

    private StoreClient client(Duration timeout) {
        return new StoreClient(new DeviceTransport(device, "/dev/fake"), new ClientOptions(timeout, 3, 4));
    }

    @AfterEach
    void close() {
        device.goOn.countDown();
        client.close();
    }

    @Test
    void shouldTakeAnEventThatComesBeforeTheOkWithTheRequestsOwnId() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        client.watch("/w", events::add);

        await().atMost(LONG).until(() -> events.contains("/w"));
    }

    @Test
    void shouldMakeAFailedWriteTheRefusalOfThatRequest() throws Exception {
        assertThatThrownBy(() -> client.watch("/full", path -> { })).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore watch of '/full' refused: ENOSPC")
                .matches(e -> ((XenStoreException) e).is("ENOSPC"));
        assertThatThrownBy(() -> client.read("/strange")).hasMessage(
                "XenStore read of '/strange' refused: Something nobody ever heard of");
        assertThat(client.readString("/other")).isEqualTo("v");
    }

    @Test
    void shouldSendNoMoreThanTheKernelTakes() throws Exception {
        client.write("/a", new byte[4080 - 3]);

        assertThatThrownBy(() -> client.write("/a", new byte[4080 - 2])).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore write of '/a' takes 4081 bytes, at most 4080 fit in one request");
    }

    @Test
    void shouldKeepDeadlinesWhenTheKernelHangs() throws Exception {
        StoreClient hasty = client(Duration.ofMillis(50));
        assertThatThrownBy(() -> hasty.watch("/hang", path -> { })).hasMessage(
                "XenStore watch of '/hang' got no reply within 50 ms");
        assertThatThrownBy(() -> hasty.read("/a")).hasMessage("XenStore read of '/a' got no reply within 50 ms");
        hasty.close();
        assertThat(device.closed).isFalse();
        device.goOn.countDown();
        await().atMost(LONG).until(() -> device.closed);
        assertThat(device.closedDuringWrite).isFalse();
    }

    @Test
    void shouldWriteARequestOnlyWhenTheOneBeforeWasAnswered() {
        ScriptedDevice slow = new ScriptedDevice();
        StoreClient hasty = new StoreClient(new DeviceTransport(slow, "/dev/slow"),
                new ClientOptions(Duration.ofMillis(50), 3, 4));
        assertThatThrownBy(() -> hasty.read("/later")).hasMessage("XenStore read of '/later' got no reply within 50 ms");
        assertThatThrownBy(() -> hasty.read("/a")).hasMessage("XenStore read of '/a' got no reply within 50 ms");
        await().atMost(LONG).until(() -> slow.later != null);
        slow.queue(Message.of(Operation.WATCH_EVENT, slow.later.requestId(), 0, Payload.strings("/w", "token")));

        assertThat(slow.written).containsExactly("/later");
        slow.queue(new Message(slow.later.type(), slow.later.requestId(), 0, Payload.bytes("v")));
        await().atMost(LONG).until(() -> slow.written.contains("/a"));
        hasty.close();
    }

    @Test
    void shouldRefuseMoreRequestsThanItKeeps() throws Exception {
        DeviceTransport transport = new DeviceTransport(device, "/dev/fake");
        Message request = Message.of(Operation.READ, 1, 0, Payload.strings("/a"));
        for (int i = 0; i < 1024; i++) {
            transport.send(request);
        }
        assertThatThrownBy(() -> transport.send(request)).isInstanceOf(XenStoreException.class)
                .hasMessage("the kernel left 1024 requests for /dev/fake waiting, no more are kept");
        transport.close();
        assertThat(device.closed).isTrue();
        assertThatThrownBy(() -> transport.send(request)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldCloseTheDeviceWithTheClient() {
        client.close();
        await().atMost(LONG).until(() -> device.closed);
        assertThatThrownBy(() -> client.read("/a")).hasMessage(
                "XenStore read of '/a' failed: the XenStore client was closed");
    }

    @Test
    void shouldFailEveryCallWhenTheDeviceEndsOrTalksNonsense() {
        device.unread.add(ByteBuffer.allocate(0));
        await().atMost(LONG).until(() -> device.closed);
        assertThatThrownBy(() -> client.read("/a")).hasMessage("XenStore read of '/a' failed: /dev/fake ended");
    }

    @Test
    void shouldEndAtAMessageThatIsTooLong() {
        ByteBuffer header = ByteBuffer.allocate(16).order(WireHeader.ORDER).putInt(2).putInt(1).putInt(0).putInt(4097);
        device.unread.add(header.flip());
        await().atMost(LONG).until(() -> device.closed);
        assertThatThrownBy(() -> client.read("/a")).hasMessageStartingWith("XenStore read of '/a' failed: ")
                .hasMessageContaining("4097").hasMessageContaining("4096");
    }
}
