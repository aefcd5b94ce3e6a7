package dev.conduit.xenstore.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingHalvesTest {

    private final ByteBuffer page =
            ByteBuffer.allocateDirect(RingLayout.PAGE_SIZE + 8).alignedSlice(8).order(ByteOrder.nativeOrder());
    private final PageMemory memory = new PageMemory(page);

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, -1, -1024, -500, Integer.MAX_VALUE - 100, Integer.MIN_VALUE})
    void shouldCarryAStreamFromAnyIndexOn(int first) throws Exception {
        long seed = 77L + first;
        Random random = new Random(seed);
        for (int index : new int[] {RingLayout.REQ_CONS, RingLayout.REQ_PROD}) {
            page.putInt(index, first);
        }
        RingWriter writer = RingWriter.ofRequests(memory);
        RingReader reader = RingReader.ofRequests(memory);
        byte[] sent = new byte[50_000];
        random.nextBytes(sent);
        ByteBuffer source = ByteBuffer.wrap(sent);
        ByteBuffer target = bytes(sent.length);
        while (target.hasRemaining()) {
            int end = Math.min(sent.length, source.position() + random.nextInt(1500));
            source.limit(end);
            int expected = Math.min(writer.space(), source.remaining());
            assertThat(writer.write(source)).isEqualTo(expected);
            target.limit(Math.min(sent.length, target.position() + random.nextInt(1500)));
            reader.read(target);
            target.limit(sent.length);
        }
        assertThat(target.array()).as("seed %d", seed).isEqualTo(sent);
        assertThat(page.getInt(RingLayout.REQ_CONS)).isEqualTo(first + sent.length);
        assertThat(writer.undisturbed() && reader.undisturbed()).isTrue();
    }

    @Test
    void shouldKeepTheRingsApart() throws Exception {
        ByteBuffer ones = bytes(1024);
        while (ones.hasRemaining()) {
            ones.put((byte) 1);
        }
        RingWriter.ofReplies(memory).write(ones.flip());
        for (int offset = 0; offset < RingLayout.REQ_CONS; offset++) {
            assertThat(page.get(offset)).as("byte %d", offset).isEqualTo((byte) (offset < RingLayout.RSP ? 0 : 1));
        }
        assertThat(page.getInt(RingLayout.RSP_PROD)).isEqualTo(1024);
        assertThat(page.getInt(RingLayout.REQ_PROD)).isZero();
    }

    @Test
    void shouldRefuseMoreThanARing() {
        page.putInt(RingLayout.RSP_CONS, -10);
        page.putInt(RingLayout.RSP_PROD, 1015);

        assertThatThrownBy(() -> RingReader.ofReplies(memory).read(bytes(1))).isInstanceOf(RingIndexException.class)
                .hasMessage("rsp_prod 1015 is 1025 ahead of rsp_cons 4294967286, at most 1024 are possible");
        assertThatThrownBy(() -> RingWriter.ofReplies(memory).write(bytes(1))).isInstanceOf(RingIndexException.class)
                .hasMessage("rsp_prod 1015 is 1025 ahead of rsp_cons 4294967286, at most 1024 are possible");
        assertThat(page.getInt(RingLayout.RSP_PROD)).isEqualTo(1015);
    }

    @Test
    void shouldNoticeThatTheOtherSideBeganAnew() throws Exception {
        RingWriter writer = RingWriter.ofRequests(memory);
        writer.write(bytes(5));
        assertThat(writer.undisturbed()).isTrue();
        RingReader server = RingReader.ofRequests(memory);
        server.reset();

        assertThat(writer.undisturbed()).isFalse();
        assertThat(server.undisturbed()).isTrue();
        assertThat(server.available()).isZero();
    }

    @Test
    void shouldRefuseAPageThatIsNone() {
        assertThatThrownBy(() -> new PageMemory(ByteBuffer.allocateDirect(4095)))
                .hasMessage("a XenStore ring of 4095 bytes is smaller than 4096");
        assertThatThrownBy(() -> new PageMemory(ByteBuffer.allocate(4096)))
                .hasMessage("the page of a XenStore ring is not in aligned memory outside the heap");
    }

    @Test
    void shouldNameErrors() {
        assertThat(RingError.describe(2)).isEqualTo("2 (bad ring index)");
        assertThat(RingError.describe(-1)).isEqualTo("4294967295 (unknown)");
    }
}
