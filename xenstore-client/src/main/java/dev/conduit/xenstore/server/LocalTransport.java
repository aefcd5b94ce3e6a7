package dev.conduit.xenstore.server;

import dev.conduit.xenstore.client.Transport;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.Consumer;

/** A client in the server's own JVM: its requests are handled on the calling thread, under the store lock. */
final class LocalTransport implements Transport, Link {

    private final Store store;
    private final Dispatcher dispatcher;
    private final Object storeLock;
    private final Session session;
    /** Called once, under the store lock. */
    private final Consumer<LocalTransport> onEnd;
    private Receiver receiver;
    private boolean closed;

    LocalTransport(Store store, Dispatcher dispatcher, Object storeLock, int domain,
            Consumer<LocalTransport> onEnd) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.storeLock = storeLock;
        this.onEnd = onEnd;
        synchronized (storeLock) {
            session = store.open(domain, this);
        }
    }

    @Override
    public void start(Receiver newReceiver) {
        synchronized (storeLock) {
            receiver = newReceiver;
        }
    }

    @Override
    public void send(Message message) throws IOException {
        synchronized (storeLock) {
            if (closed) {
                throw new EOFException("the XenStore server was closed");
            }
            dispatcher.handle(session, this, message);
        }
    }

    @Override
    public void reply(Message message) {
        // The value of a node must not be reachable for the client, which may write into what it gets.
        receiver.received(message.type() != Operation.READ.code() ? message
                : new Message(message.type(), message.requestId(), message.transactionId(), message.payload().clone()));
    }

    @Override
    public void event(String path, String token) {
        receiver.received(Message.of(Operation.WATCH_EVENT, 0, 0, Payload.strings(path, token)));
    }

    @Override
    public void released() {
        lose("domain " + session.domain() + " was released");
    }

    /** Ends the connection from the server's side. */
    void lose(String reason) {
        synchronized (storeLock) {
            if (!closed) {
                end();
                receiver.lost(new EOFException(reason));
            }
        }
    }

    private void end() {
        closed = true;
        store.close(session);
        onEnd.accept(this);
    }

    @Override
    public void close() {
        synchronized (storeLock) {
            if (!closed) {
                end();
            }
        }
    }

    @Override
    public int maximumPayload() {
        return WireHeader.PAYLOAD_MAX;
    }

    @Override
    public String toString() {
        return "in-process XenStore server";
    }
}
