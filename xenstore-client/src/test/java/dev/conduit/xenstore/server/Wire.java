package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A store and byte-level connections to it, without sockets; payloads are written with | for NUL. */
@SuppressWarnings("exports") // public for the fuzzing alone
public final class Wire {

    private final Store store;
    private final Dispatcher dispatcher;
    private long nanos;

    /** With the usual limits. */
    public Wire() {
        this(Limits.standard());
    }

    Wire(Limits limits) {
        store = new Store(limits, () -> nanos);
        dispatcher = new Dispatcher(store, DomainLink.NONE, new Timers(() -> nanos), Quota.EVENT_SECONDS.standard());
    }

    Timers timers() {
        return dispatcher.timers();
    }

    /** Time goes by, and what is due happens. */
    public void pass(long moreNanos) {
        nanos += moreNanos;
        dispatcher.timers().run();
    }

    public Store store() {
        return store;
    }

    public Client connect(int domain) {
        return new Client(domain, 1 << 20);
    }

    Client connect(int domain, int unreadLimit) {
        return new Client(domain, unreadLimit);
    }

    public static byte[] payload(String text) {
        return text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(byte[] payload) {
        return Payload.text(payload, 0, payload.length).replace('\0', '|');
    }

    /** One connection, its messages as text. */
    public final class Client {

        private final WireConnection wire;
        private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        private final ByteBuffer out = ByteBuffer.allocate(1 << 16).order(WireHeader.ORDER);
        private int outputs;

        private Client(int domain, int unreadLimit) {
            wire = new WireConnection(dispatcher, unreadLimit, () -> outputs++);
            Session session = store.open(domain, wire);
            wire.attach(session);
        }

        WireConnection wire() {
            return wire;
        }

        /** Why the server wants to be rid of it, or null. */
        public String broken() {
            return wire.broken();
        }

        /** Hands over as much as the server takes now: all of it or nothing. */
        public boolean offer(ByteBuffer bytes) {
            wire.resume();
            if (!wire.wantsInput()) {
                return false;
            }
            wire.receive(bytes);
            return true;
        }

        /** How often the connection said that there is something to do. */
        int outputs() {
            return outputs;
        }

        public void close() {
            store.close(wire.session());
        }

        public void send(Message message) {
            wire.receive(message.encoded());
        }

        void send(Operation operation, int tx, String payload) {
            send(Message.of(operation, 1, tx, payload(payload)));
        }

        /** Everything the server has to say now. */
        public List<Message> receive() {
            List<Message> received = new ArrayList<>();
            try {
                int before;
                do {
                    before = received.size();
                    out.clear();
                    wire.drainTo(out);
                    out.flip();
                    while (out.hasRemaining()) {
                        Message message = decoder.next(out);
                        if (message != null) {
                            received.add(message);
                        }
                    }
                    wire.resume();
                } while (received.size() > before);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return received;
        }

        /** Sends a request and gives all that comes, replies as payload, events as {@code event:payload}. */
        List<String> talk(Operation operation, int tx, String payload) {
            send(operation, tx, payload);
            return receive().stream().map(message ->
                    (message.type() == Operation.WATCH_EVENT.code() ? "event:" : "") + text(message.payload()))
                    .toList();
        }

        String ask(Operation operation, int tx, String payload) {
            List<String> received = talk(operation, tx, payload);
            if (received.size() != 1) {
                throw new AssertionError(operation + " " + payload + " was answered by " + received);
            }
            return received.get(0);
        }

        public String ask(Operation operation, String payload) {
            return ask(operation, 0, payload);
        }
    }
}
