package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.vchan.ModelSide.Mutation;
import dev.conduit.vchan.ModelSide.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The wait and notify protocol in every order of every shared access: no lost wake-up, no lost or invented byte, no
 * deadlock. The programs run the production halves, waiter and link.
 */
class WaitNotifyInterleavingTest {

    private static Program writes(int pieces, int size) {
        return side -> {
            for (int i = 0; i < pieces; i++) {
                side.write(size);
            }
            side.leave();
        };
    }

    private static Program reads(int pieces, int size) {
        return side -> {
            for (int i = 0; i < pieces; i++) {
                assertThat(side.read(size)).isTrue();
            }
            side.leave();
        };
    }

    private static Program selects(int pieces, int size) {
        return side -> {
            for (int i = 0; i < pieces; i++) {
                assertThat(side.selectAndRead(size)).isTrue();
            }
            side.leave();
        };
    }

    private static Program selectsForSpace(int pieces, int size) {
        return side -> {
            for (int i = 0; i < pieces; i++) {
                side.selectAndWrite(size);
            }
            side.leave();
        };
    }

    private static Program selectsToTheEnd(int expected) {
        return side -> {
            while (side.selectAndRead(1)) {
                continue;
            }
            assertThat(side.bytesRead()).isEqualTo(expected);
        };
    }

    private static Program readsToTheEnd(int expected) {
        return side -> {
            while (side.read(1)) {
                continue;
            }
            assertThat(side.bytesRead()).isEqualTo(expected);
        };
    }

    private static Program writesAndEnds(int pieces) {
        return side -> {
            for (int i = 0; i < pieces; i++) {
                side.write(1);
            }
            side.end();
        };
    }

    private static int explore(int size, int threshold, FlushPolicy flush, Program server, Program client) {
        return Model.explore(size, threshold, flush, 0, Mutation.NONE, server, client);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -2, Integer.MAX_VALUE})
    void shouldCarryAStreamThroughASmallRingInEveryOrder(int firstIndex) {
        int states = Model.explore(2, 1, FlushPolicy.EACH_WRITE, firstIndex, Mutation.NONE, reads(3, 1), writes(3, 1));
        assertThat(states).isGreaterThan(10_000);
    }

    @Test
    void shouldCarryPacketsThatFillTheRingInEveryOrder() {
        assertThat(explore(2, 1, FlushPolicy.EACH_WRITE, writes(3, 2), reads(3, 2))).isGreaterThan(1_000);
    }

    @Test
    void shouldMixPieceSizesInEveryOrder() {
        assertThat(explore(4, 2, FlushPolicy.EACH_WRITE, reads(3, 2), writes(2, 3))).isGreaterThan(1_000);
    }

    @Test
    void shouldWakeAWriterThoughSpaceIsPublishedLate() {
        assertThat(explore(4, 3, FlushPolicy.EACH_WRITE, reads(5, 1), writes(3, 2))).isGreaterThan(1_000);
    }

    @Test
    void shouldWakeAReaderThoughBytesArePublishedLate() {
        assertThat(explore(4, 2, FlushPolicy.EXPLICIT, reads(5, 1), writes(5, 1))).isGreaterThan(1_000);
    }

    @Test
    void shouldAnswerRequestsWithoutAFlush() {
        Program asks = side -> {
            for (int i = 0; i < 2; i++) {
                side.write(1);
                assertThat(side.read(1)).isTrue();
            }
        };
        Program answers = side -> {
            for (int i = 0; i < 2; i++) {
                assertThat(side.read(1)).isTrue();
                side.write(1);
            }
            side.leave();
        };
        assertThat(explore(2, 1, FlushPolicy.EXPLICIT, asks, answers)).isGreaterThan(1_000);
    }

    @Test
    void shouldGiveSpaceBackBeforeBlockingOnTheOtherRing() {
        Program first = side -> {
            side.write(2);
            side.write(1);
            assertThat(side.read(1)).isTrue();
            assertThat(side.read(1)).isTrue();
            side.leave();
        };
        Program second = side -> {
            side.write(2);
            assertThat(side.read(1)).isTrue();
            assertThat(side.read(1)).isTrue();
            assertThat(side.read(1)).isTrue();
            side.leave();
        };
        assertThat(explore(2, 2, FlushPolicy.EACH_WRITE, first, second)).isGreaterThan(1_000);
    }

    @Test
    void shouldDeliverEverythingBeforeTheEndInEveryOrder() {
        assertThat(explore(2, 1, FlushPolicy.EACH_WRITE, readsToTheEnd(3), writesAndEnds(3))).isGreaterThan(1_000);
        assertThat(explore(4, 2, FlushPolicy.EXPLICIT, writesAndEnds(3), readsToTheEnd(3))).isGreaterThan(1_000);
    }

    @Test
    void shouldWakeAWriterWhoseReaderEnds() {
        Program stops = side -> {
            assertThat(side.read(1)).isTrue();
            side.end();
        };
        Program untilRefused = side -> {
            try {
                while (true) {
                    side.write(1);
                }
            } catch (VchanPeerClosedException e) {
                assertThat(e.state()).isEqualTo(VchanState.PEER_CLOSED);
            }
        };
        assertThat(explore(2, 1, FlushPolicy.EACH_WRITE, stops, untilRefused)).isGreaterThan(500);
    }

    @Test
    void shouldWakeASelectorInEveryOrder() {
        assertThat(explore(2, 1, FlushPolicy.EACH_WRITE, selects(2, 1), writes(2, 1))).isGreaterThan(1_000);
        assertThat(explore(2, 1, FlushPolicy.EXPLICIT, selects(2, 2), writes(2, 2))).isGreaterThan(1_000);
        assertThat(explore(2, 2, FlushPolicy.EACH_WRITE, reads(2, 2), selectsForSpace(2, 2))).isGreaterThan(1_000);
        assertThat(explore(2, 1, FlushPolicy.EACH_WRITE, selectsToTheEnd(2), writesAndEnds(2))).isGreaterThan(1_000);
    }

    @Test
    void shouldFindWhatASelectorMisses() {
        for (Mutation mutation : new Mutation[] {Mutation.NO_FENCE_BEFORE_TEST, Mutation.NO_FENCE_AFTER_REQUEST,
            Mutation.NO_LOOK_AFTER_REQUEST, Mutation.NO_EVENT}) {
            assertFound(mutation, selects(2, 1), writes(2, 1), "nobody can move");
        }
        assertFound(Mutation.NO_LOOK_AFTER_END, selectsToTheEnd(2), writesAndEnds(2), "SERVER: ");
    }

    @Test
    void shouldFindAMissingFenceBetweenPublicationAndTest() {
        assertFound(Mutation.NO_FENCE_BEFORE_TEST, reads(3, 1), writes(3, 1), "nobody can move");
    }

    @Test
    void shouldFindAMissingFenceBetweenRequestAndLook() {
        assertFound(Mutation.NO_FENCE_AFTER_REQUEST, reads(3, 1), writes(3, 1), "nobody can move");
    }

    @Test
    void shouldFindAMissingLookAfterRequest() {
        assertFound(Mutation.NO_LOOK_AFTER_REQUEST, reads(3, 1), writes(3, 1), "nobody can move");
    }

    @Test
    void shouldFindAMissingEvent() {
        assertFound(Mutation.NO_EVENT, reads(3, 1), writes(3, 1), "nobody can move");
    }

    @Test
    void shouldFindAMissingLookAfterTheEnd() {
        assertFound(Mutation.NO_LOOK_AFTER_END, readsToTheEnd(2), writesAndEnds(2), "SERVER: ");
    }

    @Test
    void shouldFindAMissingLatePublication() {
        assertThatThrownBy(() -> Model.explore(4, 3, FlushPolicy.EACH_WRITE, 0, Mutation.NO_LATE_PUBLICATION,
                reads(1, 1), writes(3, 2))).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nobody can move");
        assertThat(Model.explore(4, 3, FlushPolicy.EACH_WRITE, 0, Mutation.NONE, reads(2, 1), writes(3, 2)))
                .isPositive();
    }

    private static void assertFound(Mutation mutation, Program server, Program client, String message) {
        assertThat(Model.explore(2, 1, FlushPolicy.EACH_WRITE, 0, Mutation.NONE, server, client)).isPositive();
        assertThatThrownBy(() -> Model.explore(2, 1, FlushPolicy.EACH_WRITE, 0, mutation, server, client))
                .isInstanceOf(AssertionError.class).hasMessageStartingWith(message);
    }
}
