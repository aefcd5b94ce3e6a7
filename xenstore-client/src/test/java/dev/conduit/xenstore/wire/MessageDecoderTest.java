package dev.conduit.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageDecoderTest {

    private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);

    private static ByteBuffer header(int type, int length) {
        return ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER)
                .putInt(type).putInt(7).putInt(9).putInt(length).flip();
    }

    @Test
    void shouldEncodeTheHeaderOfXsWireH() {
        ByteBuffer bytes = Message.of(Operation.WRITE, 7, 9, new byte[] {1, 2}).encoded();

        assertThat(bytes.remaining()).isEqualTo(18);
        assertThat(bytes.getInt(WireHeader.TYPE)).isEqualTo(11);
        assertThat(bytes.getInt(WireHeader.REQUEST_ID)).isEqualTo(7);
        assertThat(bytes.getInt(WireHeader.TRANSACTION_ID)).isEqualTo(9);
        assertThat(bytes.getInt(WireHeader.LENGTH)).isEqualTo(2);
        assertThat(bytes.get(16)).isEqualTo((byte) 1);
    }

    @Test
    void shouldDecodeWhateverWayTheBytesArrive() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            ByteBuffer stream = ByteBuffer.allocate(1 << 16).order(WireHeader.ORDER);
            List<ByteBuffer> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                byte[] payload = new byte[random.nextInt(5) == 0 ? 4096 : random.nextInt(40)];
                random.nextBytes(payload);
                Message message = new Message(random.nextInt(), random.nextInt(), random.nextInt(), payload);
                sent.add(message.encoded());
                message.encode(stream);
            }
            stream.flip();
            List<ByteBuffer> received = new ArrayList<>();
            while (stream.hasRemaining()) {
                int count = Math.min(stream.remaining(), 1 + random.nextInt(random.nextBoolean() ? 3 : 3000));
                ByteBuffer piece = stream.slice(stream.position(), count);
                stream.position(stream.position() + count);
                while (piece.hasRemaining()) {
                    Message message = decoder.next(piece);
                    if (message != null) {
                        received.add(message.encoded());
                    }
                }
            }
            assertThat(received).as("seed %d", seed).isEqualTo(sent);
            assertThat(decoder.midMessage()).isFalse();
        }
    }

    @Test
    void shouldAcceptTheLongestPayload() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(WireHeader.SIZE + 4096).put(header(2, 4096)).rewind();

        assertThat(decoder.next(bytes).payload()).hasSize(4096);
    }

    @Test
    void shouldRejectLongerPayloads() {
        assertThatThrownBy(() -> decoder.next(header(2, 4097))).isInstanceOf(MalformedMessageException.class)
                .hasMessage("message of type 2 claims 4097 payload bytes, at most 4096 are allowed");
    }

    @Test
    void shouldTakeTheLengthAsUnsigned() {
        assertThatThrownBy(() -> decoder.next(header(2, -1))).isInstanceOf(MalformedMessageException.class)
                .hasMessage("message of type 2 claims 4294967295 payload bytes, at most 4096 are allowed");
    }

    @Test
    void shouldKnowWhetherAMessageIsIncomplete() throws Exception {
        ByteBuffer bytes = header(2, 1);
        assertThat(decoder.next(bytes.slice(0, 1))).isNull();
        assertThat(decoder.midMessage()).isTrue();
    }
}
