package dev.conduit.core.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.MappedMemory.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappedMemoryTest {

    private static final int PAGE = 4096;
    private static final int FILE_PAGES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultyPosix faults = new FaultyPosix();
    private final Posix posix = faults.over(PosixLoader.posix());
    private final String fileName = "mapped-" + Long.toHexString(System.nanoTime());
    private final int fd = posix.memfdCreate(fileName, PosixConstants.MFD_CLOEXEC);

    MappedMemoryTest() {
        assertThat(posix.fallocate(fd, 0, (long) FILE_PAGES * PAGE)).isZero();
    }

    @AfterEach
    void shouldLeaveNoAddressRange() {
        posix.close(fd);
        awaitCollected();
        assertThat(mapsOfFile()).isEmpty();
    }

    @Test
    void shouldPutRunsOneAfterTheOther() throws PlatformException {
        MappedMemory whole = map(false, new Run(fd, 0, FILE_PAGES));
        for (int page = 0; page < FILE_PAGES; page++) {
            whole.buffer().putInt(page * PAGE, 100 + page);
        }
        MappedMemory pieces = map(false, new Run(fd, 5, 2), new Run(fd, 0, 1), new Run(fd, 7, 1));

        assertThat(pieces.pages()).isEqualTo(4);
        assertThat(pieces.mirrored()).isFalse();
        assertThat(pieces.address() % PAGE).isZero();
        assertThat(pieces.buffer().capacity()).isEqualTo(4 * PAGE);
        assertThat(pieces.buffer().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(pieces.buffer()).isSameAs(pieces.buffer());
        assertThat(List.of(0, 1, 2, 3)).extracting(page -> pieces.buffer().getInt(page * PAGE))
                .containsExactly(105, 106, 100, 107);
        whole.close();
        pieces.close();
    }

    @Test
    void shouldRunOnIntoTheMirror() throws PlatformException {
        try (MappedMemory memory = map(true, new Run(fd, 4, 1), new Run(fd, 2, 1))) {
            assertThat(memory.pages()).isEqualTo(2);
            assertThat(memory.mirrored()).isTrue();
            ByteBuffer buffer = memory.buffer();
            assertThat(buffer.capacity()).isEqualTo(4 * PAGE);

            buffer.putLong(2 * PAGE - 4, 0x0102030405060708L);

            assertThat(buffer.getInt(0)).isEqualTo(buffer.getInt(2 * PAGE)).isNotZero();
            assertThat(buffer.getLong(2 * PAGE - 4)).isEqualTo(0x0102030405060708L);
            assertThat(buffer.getInt(4 * PAGE - 4)).isEqualTo(buffer.getInt(2 * PAGE - 4)).isNotZero();
        }
    }

    @Test
    void shouldStayMappedWhenTheDescriptorIsClosed() throws PlatformException {
        int own = posix.memfdCreate(fileName, PosixConstants.MFD_CLOEXEC);
        assertThat(posix.fallocate(own, 0, PAGE)).isZero();
        try (MappedMemory memory = map(false, new Run(own, 0, 1))) {
            assertThat(posix.close(own)).isZero();
            memory.buffer().putInt(0, 9);
            assertThat(memory.buffer().getInt(0)).isEqualTo(9);
        }
    }

    @Test
    void shouldGiveAReadOnlyBufferForAReadOnlyMapping() throws PlatformException {
        MappedMemory writer = map(false, new Run(fd, 0, 1));
        MappedMemory reader = MappedMemory.map(posix, List.of(new Run(fd, 0, 1)), GrantAccess.READ_ONLY, true);

        writer.buffer().putInt(8, 77);

        assertThat(reader.buffer().isReadOnly()).isTrue();
        assertThat(reader.buffer().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(reader.buffer().getInt(8)).isEqualTo(77);
        assertThat(reader.buffer().getInt(PAGE + 8)).isEqualTo(77);
        assertThatThrownBy(() -> reader.buffer().putInt(8, 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(mapsOfFile()).anyMatch(line -> line.contains(" r--s ")).anyMatch(line -> line.contains(" rw-s "));
        writer.close();
        reader.close();
    }

    @Test
    void shouldShowZerosInBothTwinsToAThreadThatReadsDuringClose() throws Exception {
        MappedMemory memory = map(true, new Run(fd, 0, 2));
        memory.buffer().putInt(PAGE, 5);
        ByteBuffer stale = memory.buffer().duplicate().order(ByteOrder.nativeOrder());
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Boolean> reader = CompletableFuture.supplyAsync(() -> {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            boolean gone = false;
            while (!gone && System.nanoTime() < deadline) {
                gone = stale.getInt(PAGE) == 0 && stale.getInt(3 * PAGE) == 0;
                reading.countDown();
            }
            return gone;
        });
        assertThat(reading.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        memory.close();

        assertThat(reader.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(stale).isEqualTo(ByteBuffer.allocate(4 * PAGE));
        assertThat(mapsOfFile()).isEmpty();
    }

    @Test
    void shouldDropWhatIsWrittenAfterClose() throws PlatformException {
        MappedMemory witness = map(false, new Run(fd, 0, 1));
        MappedMemory memory = map(true, new Run(fd, 0, 1));
        memory.buffer().putInt(0, 1);

        memory.close();
        memory.buffer().putInt(0, 2);

        assertThat(witness.buffer().getInt(0)).isEqualTo(1);
        assertThat(memory.buffer().getInt(PAGE)).as("the twins are no longer one").isZero();
        witness.close();
    }

    @Test
    void shouldCloseMoreThanOnceWithOneSystemCall() throws PlatformException {
        MappedMemory memory = map(true, new Run(fd, 0, 1), new Run(fd, 3, 1));
        int before = faults.mmaps;

        memory.close();
        memory.close();

        assertThat(faults.mmaps - before).isEqualTo(1);
    }

    @Test
    void shouldKeepThePagesWhenTheyCannotBeReplaced() throws PlatformException {
        MappedMemory memory = map(false, new Run(fd, 0, 1));
        memory.buffer().putInt(0, 3);
        faults.failingMmap = faults.mmaps;

        memory.close();

        assertThat(memory.buffer().getInt(0)).isEqualTo(3);
    }

    /** What a caller may hold on to instead of the buffer itself. */
    enum Derived {
        SLICE(ByteBuffer::slice),
        DUPLICATE(ByteBuffer::duplicate),
        SLICE_OF_SLICE(buffer -> buffer.slice(0, 100).slice(0, 50)),
        READ_ONLY_SLICE(buffer -> buffer.asReadOnlyBuffer().slice()),
        ALIGNED_SLICE(buffer -> buffer.alignedSlice(8));

        final Function<ByteBuffer, ByteBuffer> derive;

        Derived(Function<ByteBuffer, ByteBuffer> derive) {
            this.derive = derive;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheRangeWhileADerivedBufferIsReachable(Derived kind) throws Exception {
        ByteBuffer kept = kind.derive.apply(markedBuffer(kind == Derived.READ_ONLY_SLICE));

        awaitACollection();

        assertThat(faults.ranges).hasSize(1);
        assertThat(kept.order(ByteOrder.nativeOrder()).getInt(0)).isEqualTo(42);
    }

    @Test
    void shouldKeepTheRangeWhileAViewBufferIsReachable() throws Exception {
        IntBuffer kept = markedBuffer(false).slice().order(ByteOrder.nativeOrder()).asIntBuffer();

        awaitACollection();

        assertThat(faults.ranges).hasSize(1);
        assertThat(kept.get(0)).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldUnmapTheRangeWhenTheBufferIsCollected(boolean closed) throws PlatformException {
        MappedMemory memory = map(true, new Run(fd, 0, 2));
        if (closed) {
            memory.close();
        }
        assertThat(faults.ranges).containsKey(memory.address());
        memory = null;

        awaitCollected();

        assertThat(mapsOfFile()).isEmpty();
    }

    @Test
    void shouldLeaveNothingWhenADescriptorIsBad() {
        assertThatThrownBy(() -> map(true, new Run(fd, 0, 2), new Run(1_000_000, 3, 1)))
                .isInstanceOf(PlatformException.class)
                .hasMessage("cannot map 1 pages from page 3 of descriptor 1000000: EBADF (9)");
        assertThat(faults.ranges).isEmpty();
        assertThat(mapsOfFile()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void shouldLeaveNothingWhenAnyMappingFails(int failing) {
        faults.failingMmap = failing;

        assertThatThrownBy(() -> map(true, new Run(fd, 0, 2), new Run(fd, 4, 1)))
                .isInstanceOf(PlatformException.class).hasMessageEndingWith(": ENOMEM (12)");
        assertThat(faults.mmaps).isEqualTo(failing + 1);
        assertThat(faults.ranges).isEmpty();
        assertThat(mapsOfFile()).isEmpty();
    }

    @Test
    void shouldLeaveNothingWhenTheBufferCannotBeMade() {
        faults.failingView = true;

        assertThatThrownBy(() -> map(true, new Run(fd, 0, 2))).isInstanceOf(OutOfMemoryError.class);
        assertThat(faults.ranges).isEmpty();
        assertThat(mapsOfFile()).isEmpty();
    }

    @Test
    void shouldRejectSizesOutOfRange() {
        assertThatThrownBy(() -> map(false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mapping of 0 pages is not between 1 and 524287");
        assertThatThrownBy(() -> map(true, new Run(fd, 0, 262_144))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mapping of 262144 pages is not between 1 and 262143");
        assertThatThrownBy(() -> new Run(fd, 3, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("run of 0 pages from page 3 is not at least 1 page from a page at or after 0");
        assertThatThrownBy(() -> new Run(fd, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private MappedMemory map(boolean mirrored, Run... runs) throws PlatformException {
        return MappedMemory.map(posix, List.of(runs), GrantAccess.READ_WRITE, mirrored);
    }

    private ByteBuffer markedBuffer(boolean readOnly) throws PlatformException {
        MappedMemory writer = map(false, new Run(fd, 0, 1));
        writer.buffer().putInt(0, 42);
        if (!readOnly) {
            return writer.buffer();
        }
        ByteBuffer buffer = MappedMemory.map(posix, List.of(new Run(fd, 0, 1)), GrantAccess.READ_ONLY, false).buffer();
        writer.close();
        return buffer;
    }

    /** Maps one more page, drops it, and waits until the collector has noticed that and left at most one range. */
    private void awaitACollection() throws PlatformException {
        long address = map(false, new Run(fd, 1, 1)).address();
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            System.gc();
            return !faults.ranges.containsKey(address) && faults.ranges.size() <= 1;
        });
    }

    private void awaitCollected() {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            System.gc();
            return faults.ranges.isEmpty();
        });
    }

    private List<String> mapsOfFile() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("memfd:" + fileName)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
