package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.socket.Stream;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** A guest that asks a lot at once gets its turns like everyone. */
class SocketTurnTest {

    private static final int OUTSTANDING = 20;
    private static final int REQUESTS = 100;
    private static final int REPLY = WireHeader.SIZE + "EACCES".length() + 1;

    /** A socket that has all requests at once and takes every reply. */
    private static final class Greedy implements Stream {
        private final ByteBuffer requests = ByteBuffer.allocate(1 << 14).order(WireHeader.ORDER);
        private int written;
        private boolean wantsInput;

        Greedy() {
            for (int i = 0; i < REQUESTS; i++) {
                Message.of(Operation.RM, i, 0, Wire.payload("/no/where|")).encode(requests);
            }
            requests.flip();
        }

        @Override
        public int read(ByteBuffer into) {
            int count = requests.remaining();
            into.put(requests);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            from.position(from.limit());
            written += count;
            return count;
        }

        @Override
        public void interest(boolean input, boolean output) {
            wantsInput = input;
        }

        @Override
        public void attach(Object newAttachment) {
            // Nobody asks for it.
        }

        @Override
        public Object attachment() {
            return null;
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }

    private final Greedy socket = new Greedy();
    private long clock;

    @Test
    void shouldHandleNoMoreRequestsATurnThanMayBeOutstanding() throws IOException {
        assertThat(turns(5, () -> 0, OUTSTANDING)).isEqualTo(REQUESTS / OUTSTANDING);
    }

    @Test
    void shouldEndATurnOfSlowRequests() throws IOException {
        // Time is looked at once at the beginning of a turn and once before each request.
        assertThat(turns(0, () -> clock += 10_000, 2)).isEqualTo(REQUESTS / 2);
    }

    /** How many turns it takes to get all requests done, each turn with some but not more than a number. */
    private int turns(int domain, LongSupplier nanos, int most) throws IOException {
        Store store = new Store(Limits.standard());
        WireConnection wire = new WireConnection(
                new Dispatcher(store, DomainLink.NONE, new Timers(nanos), 0), 1 << 20, () -> { });
        wire.attach(store.open(domain, wire));
        SocketConnection connection = new SocketConnection(socket, new Object());
        connection.attach(wire);
        ByteBuffer scratch = ByteBuffer.allocate(1 << 16).order(WireHeader.ORDER);

        connection.read(scratch);
        int turns = 0;
        for (boolean first = true; first || connection.unfinished(); first = false) {
            int before = socket.written;
            if (!first) {
                connection.resume();
            }
            assertThat(connection.flush(scratch)).isNull();
            assertThat((socket.written - before) / REPLY).as("requests in turn %d", turns).isBetween(1, most);
            turns++;
        }
        assertThat(socket.written).isEqualTo(REQUESTS * REPLY);
        assertThat(socket.wantsInput).isTrue();
        return turns;
    }
}
