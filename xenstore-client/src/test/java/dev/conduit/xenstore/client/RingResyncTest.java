package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingResyncTest {

    private static final int ID = 0x12345678;

    private static ByteBuffer reply(Operation type, int id, String text) {
        return Message.of(type, id, 0, Payload.strings(text)).encoded();
    }

    /** Feeds a stream in pieces; returns what is left of the piece that ended the reply. */
    private static ByteBuffer rest(ByteBuffer stream, int piece) {
        RingResync resync = new RingResync(ID);
        while (stream.hasRemaining()) {
            ByteBuffer next = ByteBuffer.allocate(piece);
            while (next.hasRemaining() && stream.hasRemaining()) {
                next.put(stream.get());
            }
            if (resync.found(next.flip())) {
                return ByteBuffer.allocate(next.remaining() + stream.remaining()).put(next).put(stream).flip();
            }
        }
        return null;
    }

    private static ByteBuffer join(ByteBuffer... parts) {
        ByteBuffer all = ByteBuffer.allocate(1 << 16);
        for (ByteBuffer part : parts) {
            all.put(part.duplicate());
        }
        return all.flip();
    }

    @Test
    void shouldFindItsReplyBehindAnyBytesInAnyPieces() {
        long seed = 20_261;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] stale = new byte[random.nextInt(100)];
            random.nextBytes(stale);
            ByteBuffer stream = join(ByteBuffer.wrap(stale), reply(Operation.READ, ID, "not mine"),
                    reply(Operation.RESET_WATCHES, ID, "OK"), ByteBuffer.wrap(new byte[] {7, 8}));

            ByteBuffer rest = rest(stream, 1 + random.nextInt(30));
            assertThat(rest).as("seed %d, round %d", seed, round)
                    .isEqualTo(ByteBuffer.wrap(new byte[] {7, 8}));
        }
    }

    @Test
    void shouldTakeARefusalAsAnAnswer() {
        assertThat(rest(join(reply(Operation.ERROR, ID, "ENOSYS")), 5)).isNotNull();
    }

    @Test
    void shouldTakeAnAcknowledgementWithoutNul() {
        ByteBuffer bare = Message.of(Operation.RESET_WATCHES, ID, 0, new byte[] {'O', 'K'}).encoded();
        assertThat(rest(join(bare), 100)).isNotNull();
    }

    @Test
    void shouldPassOverRepliesToOthers() {
        assertThat(rest(join(reply(Operation.RESET_WATCHES, ID + 1, "OK"), reply(Operation.WATCH, ID, "OK")), 9))
                .isNull();
    }
}
