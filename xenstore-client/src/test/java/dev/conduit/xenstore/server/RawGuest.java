package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A guest that writes into its page by hand, rightly or wrongly. */
final class RawGuest {

    static final int REQ_CONS = 2048;
    static final int REQ_PROD = 2052;
    static final int RSP_CONS = 2056;
    static final int RSP_PROD = 2060;
    static final int FEATURES = 2064;
    static final int CONNECTION = 2068;
    static final int ERROR = 2072;
    static final int PORT = 2076;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestRings.Guest guest;
    private final ByteBuffer page;
    private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);

    RawGuest(TestRings.Guest guest) {
        this.guest = guest;
        page = guest.page();
    }

    int word(int offset) {
        VarHandle.fullFence();
        return page.getInt(offset);
    }

    void poke(int offset, int value) {
        VarHandle.fullFence();
        page.putInt(offset, value);
        VarHandle.fullFence();
    }

    void kick() {
        guest.notifyPeer();
    }

    void awaitWord(int offset, int value) {
        await("word at " + offset).atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> word(offset) == value);
    }

    /** Puts what fits into the ring and tells the server. */
    void put(ByteBuffer bytes) {
        int produced = word(REQ_PROD);
        int count = Math.min(bytes.remaining(), 1024 - (produced - word(REQ_CONS)));
        for (int i = 0; i < count; i++) {
            page.put(produced + i & 1023, bytes.get());
        }
        poke(REQ_PROD, produced + count);
        kick();
    }

    /** Puts all of it, as space comes. */
    void putAll(ByteBuffer bytes) {
        await("space").atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
            put(bytes);
            return !bytes.hasRemaining();
        });
    }

    /** Takes what is there, at most so many bytes. */
    List<Message> take(int most) throws Exception {
        int consumed = word(RSP_CONS);
        int count = Math.min(word(RSP_PROD) - consumed, most);
        assertThat(count).isBetween(0, 1024);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            bytes.put(page.get(1024 + (consumed + i & 1023)));
        }
        poke(RSP_CONS, consumed + count);
        kick();
        List<Message> messages = new ArrayList<>();
        bytes.flip();
        while (bytes.hasRemaining()) {
            Message next = decoder.next(bytes);
            if (next != null) {
                messages.add(next);
            }
        }
        return messages;
    }

    /** Takes until so many messages came. */
    List<Message> takeMessages(int count) {
        List<Message> messages = new ArrayList<>();
        await(count + " messages").atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
            messages.addAll(take(1024));
            return messages.size() >= count;
        });
        return messages;
    }

    static ByteBuffer request(Operation operation, int id, String payload) {
        return Message.of(operation, id, 0, Wire.payload(payload)).encoded();
    }

    /** Sends one request and takes its reply; events are passed over. */
    Message ask(Operation operation, String payload) {
        putAll(request(operation, 1, payload));
        while (true) {
            for (Message message : takeMessages(1)) {
                if (message.type() != Operation.WATCH_EVENT.code()) {
                    return message;
                }
            }
        }
    }
}
