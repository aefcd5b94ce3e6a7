package dev.conduit.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartialChecksumTest {

    private static final int ROUNDS = 2_000;

    @Test
    void shouldCompleteWhateverTheLength() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] frame = new byte[40 + random.nextInt(300)];
            random.nextBytes(frame);
            int start = 2 * random.nextInt(10);
            int offset = 2 * random.nextInt(8);
            ByteBuffer bytes = buffer(frame, 1, start, offset);
            int pseudo = bytes.slice().order(ByteOrder.BIG_ENDIAN).getShort(NetLayout.VNET_SIZE + start + offset) & 0xffff;

            PartialChecksum.complete(bytes, 0, frame.length);

            // The field took part in its own sum; with the result in it in place of that, all sums up to nothing.
            int sum = Datagram.sum(bytes, NetLayout.VNET_SIZE + start, NetLayout.VNET_SIZE + frame.length, pseudo);
            assertThat(sum).as("seed %d, round %d", seed, round).isEqualTo(0xffff);
        }
    }

    @Test
    void shouldLeaveAloneWhatIsComplete() {
        byte[] frame = new byte[60];
        new Random(1).nextBytes(frame);
        ByteBuffer bytes = buffer(frame, 2, 10, 4);
        ByteBuffer before = ByteBuffer.allocate(bytes.capacity()).put(bytes.duplicate()).flip();

        PartialChecksum.complete(bytes, 0, frame.length);

        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void shouldNotWriteBehindTheFrame() {
        byte[] frame = new byte[60];
        ByteBuffer bytes = buffer(frame, 1, 50, 9);
        ByteBuffer before = ByteBuffer.allocate(bytes.capacity()).put(bytes.duplicate()).flip();

        PartialChecksum.complete(bytes, 0, frame.length);
        bytes.putShort(NetLayout.VNET_CSUM_START, (short) -1);
        before.order(ByteOrder.nativeOrder()).putShort(NetLayout.VNET_CSUM_START, (short) -1);
        PartialChecksum.complete(bytes, 0, frame.length);

        assertThat(bytes).isEqualTo(before);
    }

    private static ByteBuffer buffer(byte[] frame, int flags, int start, int offset) {
        ByteBuffer bytes = ByteBuffer.allocate(NetLayout.VNET_SIZE + frame.length).order(ByteOrder.nativeOrder());
        return bytes.put(NetLayout.VNET_FLAGS, (byte) flags).putShort(NetLayout.VNET_CSUM_START, (short) start)
                .putShort(NetLayout.VNET_CSUM_OFFSET, (short) offset).put(NetLayout.VNET_SIZE, frame);
    }
}
