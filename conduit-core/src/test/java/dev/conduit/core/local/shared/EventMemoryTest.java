package dev.conduit.core.local.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.MappedMemory;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventMemoryTest {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Posix posix = PosixLoader.posix();
    private int fd;
    private EventMemory memory;

    @BeforeEach
    void open() throws PlatformException {
        fd = EventMemory.create(posix);
        memory = EventMemory.open(posix, ProcessHandle.current().pid(), fd);
    }

    @AfterEach
    void close() {
        memory.close();
        posix.close(fd);
    }

    private List<Integer> take(int slot) {
        int[] ports = new int[100];
        return Arrays.stream(ports, 0, memory.take(slot, 0, ports)).boxed().toList();
    }

    @Test
    void shouldLayOutSlotsWithoutOverlap() {
        assertThat(EventMemoryLayout.FILE_BYTES).isEqualTo(37_752_832);
        assertThat(EventMemoryLayout.slot(1) - EventMemoryLayout.slot(0)).isEqualTo(36_864);
        assertThat(EventMemoryLayout.PENDING_OFFSET + 8 * EventMemoryLayout.PENDING_WORDS)
                .isLessThanOrEqualTo(EventMemoryLayout.ENTRIES_OFFSET);
        assertThat(EventMemoryLayout.entry(1023, 4095) + 8).isEqualTo(EventMemoryLayout.FILE_BYTES);
        assertThat(EventMemoryLayout.pendingWord(0, 64)).isEqualTo(4096 + 64 + 8);
        assertThat(EventMemoryLayout.pendingBit(65)).isEqualTo(2);
        long entry = EventMemoryLayout.packEntry(0, 1);
        assertThat(entry).isEqualTo(1);
        assertThat(EventMemoryLayout.entrySlot(entry)).isZero();
        assertThat(EventMemoryLayout.entryPort(EventMemoryLayout.packEntry(1023, 4095))).isEqualTo(4095);
    }

    @Test
    void shouldDeliverEachPendingPortOnce() {
        memory.raise(3, 1);
        memory.raise(3, 4095);
        memory.raise(3, 64);
        memory.raise(3, 1);
        memory.raise(4, 9);
        assertThat(take(3)).containsExactly(1, 64, 4095);
        assertThat(take(3)).isEmpty();
        assertThat(take(4)).containsExactly(9);
    }

    @Test
    void shouldLeavePendingWhatDoesNotFit() {
        for (int port = 1; port <= 5; port++) {
            memory.raise(0, port);
        }
        memory.raise(0, 200);
        int[] ports = new int[2];
        assertThat(memory.take(0, 0, ports)).isEqualTo(2);
        assertThat(ports).containsExactly(1, 2);
        assertThat(memory.take(0, 3, ports)).isEqualTo(2);
        assertThat(ports).as("begins with the word named").containsExactly(200, 3);
        assertThat(take(0)).containsExactly(4, 5);
    }

    @Test
    void shouldSendWhereTheHostDirects() {
        memory.send(0, 5);
        memory.setEntry(0, 5, EventMemoryLayout.packEntry(7, 9));
        memory.send(0, 5);
        assertThat(take(7)).containsExactly(9);
        memory.setEntry(0, 5, 0);
        memory.send(0, 5);
        assertThat(take(7)).isEmpty();
    }

    @Test
    void shouldClearAReusedSlot() {
        memory.raise(2, 77);
        memory.setEntry(2, 77, EventMemoryLayout.packEntry(1, 1));
        memory.clear(2);
        assertThat(take(2)).isEmpty();
        memory.send(2, 77);
        assertThat(take(1)).isEmpty();
    }

    @Test
    void shouldSendNowhereWhenEntryIsScribbledOver() {
        long[] entries = {-1, Long.MIN_VALUE, EventMemoryLayout.packEntry(EventMemoryLayout.SLOTS, 1),
            EventMemoryLayout.packEntry(0, EventMemoryLayout.PORTS), EventMemoryLayout.packEntry(3, 0), 1L << 63 | 1,
            0xFFFFFFFFL};
        for (long entry : entries) {
            assertThat(EventMemoryLayout.entrySlot(entry)).as("%x", entry).isEqualTo(-1);
            memory.setEntry(0, 1, entry);
            memory.send(0, 1);
        }
        for (int slot = 0; slot < EventMemoryLayout.SLOTS; slot++) {
            assertThat(take(slot)).isEmpty();
        }
    }

    @Test
    void shouldSurviveRandomSlots() throws PlatformException {
        long seed = 20261121;
        Random random = new Random(seed);
        try (MappedMemory raw = MappedMemory.map(posix, List.of(new MappedMemory.Run(fd, 0, 10)),
                GrantAccess.READ_WRITE, false)) {
            int[] ports = new int[64];
            for (int round = 0; round < 200; round++) {
                for (int offset = 4096; offset < raw.buffer().capacity(); offset += 8) {
                    long value = random.nextLong();
                    raw.buffer().putLong(offset, random.nextBoolean() ? value : value & 0x0000_03FF_0000_0FFFL);
                }
                for (int port = 0; port < EventMemoryLayout.PORTS; port += 97) {
                    memory.send(0, port);
                }
                int count = memory.take(0, round % EventMemoryLayout.PENDING_WORDS, ports);
                assertThat(count).as("seed %d, round %d", seed, round).isEqualTo(64);
                assertThat(IntStream.of(ports)).allSatisfy(port -> assertThat(port).isBetween(0, 4095));
            }
        }
    }

    @Test
    void shouldNotSleepWhenEventIsPendingOrWakeWordMoved() {
        memory.raise(1, 3);
        memory.sleep(1, memory.wakeWord(1), PATIENCE_NANOS);
        assertThat(take(1)).containsExactly(3);
        int seen = memory.wakeWord(1);
        memory.interrupt(1);
        memory.sleep(1, seen, PATIENCE_NANOS);
        assertThat(memory.wakeWord(1)).isNotEqualTo(seen);
    }

    @Test
    void shouldLoseNoWakeUpBetweenTwoThreads() throws Exception {
        int rounds = 20_000;
        memory.setEntry(0, 1, EventMemoryLayout.packEntry(1, 1));
        memory.setEntry(1, 1, EventMemoryLayout.packEntry(0, 1));
        AtomicLong answered = new AtomicLong();
        Thread peer = new Thread(() -> {
            for (int i = 0; i < rounds && awaitEvent(1); i++) {
                answered.incrementAndGet();
                memory.send(1, 1);
            }
        });
        peer.start();
        for (int i = 0; i < rounds; i++) {
            memory.send(0, 1);
            assertThat(awaitEvent(0)).as("answer %d", i).isTrue();
        }
        peer.join();
        assertThat(answered).hasValue(rounds);
    }

    /** Sleeps without a bound that could hide a lost wake-up; false when nothing came for very long. */
    private boolean awaitEvent(int slot) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        int[] ports = new int[4];
        while (true) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            int seen = memory.wakeWord(slot);
            if (memory.take(slot, 0, ports) > 0) {
                return true;
            }
            memory.sleep(slot, seen, PATIENCE_NANOS);
        }
    }

    @Test
    void shouldRejectOtherFiles() throws PlatformException {
        long pid = ProcessHandle.current().pid();
        assertThatThrownBy(() -> EventMemory.open(posix, pid, 9999)).isInstanceOf(PlatformException.class)
                .hasMessageContaining("/fd/9999");
        int small = SealedFile.create(posix, "conduit-test", 4096);
        int same = SealedFile.createSparse(posix, "conduit-test", EventMemoryLayout.FILE_BYTES);
        try {
            assertThatThrownBy(() -> EventMemory.open(posix, pid, small)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("37752832 bytes");
            assertThatThrownBy(() -> EventMemory.open(posix, pid, same)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("not the event memory of a host of version 1");
        } finally {
            posix.close(small);
            posix.close(same);
        }
    }

    @Test
    void shouldNotCrashAfterClose() {
        memory.setEntry(0, 1, EventMemoryLayout.packEntry(1, 1));
        memory.close();
        memory.send(0, 1);
        memory.raise(0, 1);
        memory.interrupt(0);
        memory.sleep(0, memory.wakeWord(0), 1);
        assertThat(take(1)).isEmpty();
    }
}
