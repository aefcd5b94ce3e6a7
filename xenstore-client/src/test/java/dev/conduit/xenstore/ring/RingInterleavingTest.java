package dev.conduit.xenstore.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.ring.RingModel.Mutation;
import dev.conduit.xenstore.ring.RingModel.Side;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index protocol in every order of every shared access: no lost, torn or invented byte, no lost wake-up. */
class RingInterleavingTest {

    private static final int BYTES = 3;

    /** The byte at an index; never 0, which is what memory holds before. */
    private static byte value(int index) {
        return (byte) (1 + (index & 0x3F));
    }

    /** A ring that was used up to an index, with so many bytes in it. */
    private static Map<Integer, Integer> ring(int consumer, int filled) {
        Map<Integer, Integer> memory = new HashMap<>();
        memory.put(RingLayout.REQ_CONS, consumer);
        memory.put(RingLayout.REQ_PROD, consumer + filled);
        for (int index = consumer; index != consumer + filled; index++) {
            memory.put(index & RingLayout.RING_SIZE - 1, (int) value(index));
        }
        return memory;
    }

    private static Consumer<Side> writes(int first, int most) {
        return side -> {
            try {
                RingWriter writer = RingWriter.ofRequests(side);
                ByteBuffer source = ByteBuffer.allocate(BYTES);
                for (int i = 0; i < BYTES; i++) {
                    source.put(value(first + i));
                }
                source.flip();
                int seen = side.events();
                while (source.position() < BYTES) {
                    source.limit(Math.min(BYTES, source.position() + most));
                    if (writer.write(source) > 0) {
                        side.send(true);
                    } else {
                        seen = side.await(seen);
                    }
                }
            } catch (RingIndexException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static Consumer<Side> reads(int first, int most) {
        return side -> {
            try {
                RingReader reader = RingReader.ofRequests(side);
                ByteBuffer target = ByteBuffer.allocate(BYTES);
                int seen = side.events();
                while (target.position() < BYTES) {
                    target.limit(Math.min(BYTES, target.position() + most));
                    if (reader.read(target) > 0) {
                        side.send(false);
                    } else {
                        seen = side.await(seen);
                    }
                }
                for (int i = 0; i < BYTES; i++) {
                    assertThat(target.get(i)).as("byte %d", i).isEqualTo(value(first + i));
                }
            } catch (RingIndexException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static int throughEmptyRing(Mutation mutation, int first, int most) {
        return RingModel.explore(mutation, ring(first, 0), writes(first, most), reads(first, most));
    }

    /** The writer needs the space the reader gives back, and writes over what the reader has just read. */
    private static int throughFullRing(Mutation mutation, int first, int most) {
        return RingModel.explore(mutation, ring(first, RingLayout.RING_SIZE),
                writes(first + RingLayout.RING_SIZE, most), reads(first, most));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1022, -1, -2})
    void shouldCarryBytesThroughAnEmptyRingInEveryOrder(int first) {
        assertThat(throughEmptyRing(Mutation.NONE, first, 1)).isGreaterThan(1_000);
        assertThat(throughEmptyRing(Mutation.NONE, first, 2)).isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1022, -1, -2})
    void shouldReuseTheSpaceOfAFullRingInEveryOrder(int first) {
        assertThat(throughFullRing(Mutation.NONE, first, 1)).isGreaterThan(1_000);
        assertThat(throughFullRing(Mutation.NONE, first, 2)).isGreaterThan(500);
    }

    @Test
    void shouldFindAMissingEvent() {
        assertThatThrownBy(() -> throughEmptyRing(Mutation.NO_EVENT_AFTER_WRITE, 0, 1))
                .isInstanceOf(AssertionError.class).hasMessageStartingWith("nobody can move");
        assertThatThrownBy(() -> throughFullRing(Mutation.NO_EVENT_AFTER_READ, 0, 1))
                .isInstanceOf(AssertionError.class).hasMessageStartingWith("nobody can move");
    }

    @Test
    void shouldFindACountReadAfterTheLook() {
        assertThatThrownBy(() -> throughEmptyRing(Mutation.COUNT_AFTER_LOOK, 0, 1))
                .isInstanceOf(AssertionError.class).hasMessageStartingWith("nobody can move");
    }

    @Test
    void shouldFindAnIndexThatOvertakesItsBytes() {
        assertThatThrownBy(() -> throughEmptyRing(Mutation.PLAIN_INDEX, 0, 1))
                .isInstanceOf(AssertionError.class).hasMessageContaining("byte ");
    }
}
