package dev.conduit.xenstore.client;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A transport whose other end is the test: it sees each request and says what it likes, when it likes. */
final class FakeServer implements Transport {

    private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
    private volatile Receiver receiver;
    private volatile boolean closed;

    StoreClient client(Duration timeout) {
        return new StoreClient(this, new ClientOptions(timeout, 3, 4));
    }

    @Override
    public void start(Receiver newReceiver) {
        receiver = newReceiver;
    }

    @Override
    public void send(Message message) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        requests.add(message);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public int maximumPayload() {
        return WireHeader.PAYLOAD_MAX;
    }

    /** The next request; its payload must be this, NUL written |. */
    Message expect(Operation operation, String payload) throws InterruptedException {
        Message request = requests.poll(20, TimeUnit.SECONDS);
        String seen = request == null ? "nothing"
                : Operation.of(request.type()) + " " + text(request.payload());
        if (!seen.equals(operation + " " + payload)) {
            throw new AssertionError("expected " + operation + " " + payload + ", got " + seen);
        }
        return request;
    }

    boolean isClosed() {
        return closed;
    }

    boolean quiet() {
        return requests.isEmpty();
    }

    void reply(Message request, String payload) {
        receiver.received(new Message(request.type(), request.requestId(), request.transactionId(), bytes(payload)));
    }

    void refuse(Message request, String error) {
        receiver.received(Message.of(Operation.ERROR, request.requestId(), request.transactionId(), bytes(error)));
    }

    /** An event with the uninitialised header fields Linux lets through. */
    void event(String payload) {
        receiver.received(Message.of(Operation.WATCH_EVENT, 0xDEADBEEF, 1, bytes(payload)));
    }

    void lose(String reason) {
        closed = true;
        receiver.lost(new IOException(reason));
    }

    private static byte[] bytes(String text) {
        return text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1).replace('\0', '|');
    }
}
