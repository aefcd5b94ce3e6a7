package dev.conduit.core.posix;

import static dev.conduit.core.posix.PosixConstants.FD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.F_ADD_SEALS;
import static dev.conduit.core.posix.PosixConstants.F_GETFD;
import static dev.conduit.core.posix.PosixConstants.F_GETFL;
import static dev.conduit.core.posix.PosixConstants.F_GET_SEALS;
import static dev.conduit.core.posix.PosixConstants.F_SEAL_GROW;
import static dev.conduit.core.posix.PosixConstants.F_SEAL_SHRINK;
import static dev.conduit.core.posix.PosixConstants.F_SETFL;
import static dev.conduit.core.posix.PosixConstants.MAP_ANONYMOUS;
import static dev.conduit.core.posix.PosixConstants.MAP_FIXED;
import static dev.conduit.core.posix.PosixConstants.MAP_PRIVATE;
import static dev.conduit.core.posix.PosixConstants.MAP_SHARED;
import static dev.conduit.core.posix.PosixConstants.MFD_ALLOW_SEALING;
import static dev.conduit.core.posix.PosixConstants.MFD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.O_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.O_CREAT;
import static dev.conduit.core.posix.PosixConstants.O_EXCL;
import static dev.conduit.core.posix.PosixConstants.O_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.O_RDONLY;
import static dev.conduit.core.posix.PosixConstants.O_RDWR;
import static dev.conduit.core.posix.PosixConstants.O_WRONLY;
import static dev.conduit.core.posix.PosixConstants.POLLIN;
import static dev.conduit.core.posix.PosixConstants.POLLNVAL;
import static dev.conduit.core.posix.PosixConstants.PROT_READ;
import static dev.conduit.core.posix.PosixConstants.PROT_WRITE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Posix} must do, run for the one this JVM chooses: each twin has its own run of this class. */
class PosixContractTest {

    private static final long PAGE = 4096;
    private static final int NO_FD = 1_000_000;
    private static final long FIONREAD = 0x541B;
    private static final long SECOND = 1_000_000_000L;

    private final Posix posix = PosixLoader.posix();
    private final Deque<Runnable> cleanUp = new ArrayDeque<>();
    private long memory;
    private ByteBuffer buffer;

    @TempDir
    Path directory;

    @BeforeEach
    void mapScratchMemory() {
        memory = map(PAGE, MAP_SHARED | MAP_ANONYMOUS, -1);
        buffer = posix.view(memory, PAGE);
    }

    @AfterEach
    void giveBack() {
        cleanUp.forEach(Runnable::run);
    }

    @Test
    void shouldHaveTheNameAndRankOfItsKind() {
        assertThat(posix.priority()).isEqualTo(posix.name().equals("ffm") ? 20 : 10);
        assertThat(posix.name()).isIn("ffm", "jna");
    }

    @Test
    void shouldOpenWithFlagsAndMode() throws IOException {
        Path file = directory.resolve("made-\u00e9");
        int fd = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

        assertThat(fd).isPositive();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(posix.fcntl(fd, F_GETFD, 0)).isEqualTo(FD_CLOEXEC);
        assertThat(posix.open(file.toString(), O_CREAT | O_EXCL | O_RDWR, 0600)).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void shouldReportWhyAFileDoesNotOpen() {
        assertThat(posix.open(directory.resolve("missing").toString(), O_RDONLY, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(posix.open(directory + "/missing/below", O_CREAT | O_RDWR, 0600)).isEqualTo(-Errno.ENOENT);
        assertThat(posix.open("", O_RDONLY, 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldRejectAPathWithAZeroCharacter() {
        assertThatThrownBy(() -> posix.open("/tmp/a\0b", O_RDONLY, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'/tmp/a\\0b' contains a zero character at index 6");
        assertThatThrownBy(() -> posix.memfdCreate("\0", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCloseOnce() {
        int fd = posix.memfdCreate("contract", MFD_CLOEXEC);

        assertThat(posix.close(fd)).isZero();
        assertThat(posix.close(NO_FD)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        Path file = directory.resolve("data");
        int out = open(file, O_CREAT | O_WRONLY, 0600);
        buffer.put(0, "twenty bytes of data".getBytes(US_ASCII));

        assertThat(posix.write(out, memory, 20)).isEqualTo(20);
        assertThat(Files.readString(file)).isEqualTo("twenty bytes of data");

        int in = open(file, O_RDONLY, 0);
        assertThat(posix.read(in, memory + 100, 6)).isEqualTo(6);
        assertThat(posix.read(in, memory + 200, 100)).isEqualTo(14);
        assertThat(posix.read(in, memory + 200, 100)).isZero();
        assertThat(ascii(100, 6)).isEqualTo("twenty");
        assertThat(ascii(200, 14)).isEqualTo(" bytes of data");
    }

    @Test
    void shouldReportFailedReadsAndWrites() {
        int memfd = memfd(PAGE);

        assertThat(posix.read(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(posix.write(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(posix.read(memfd, 0, 1)).isEqualTo(-Errno.EFAULT);
        assertThat(posix.write(memfd, 0, 1)).isEqualTo(-Errno.EFAULT);
    }

    @Test
    void shouldControlADeviceThroughAPointer() throws IOException {
        Path file = directory.resolve("count");
        Files.writeString(file, "0123456789");
        int fd = open(file, O_RDONLY, 0);
        buffer.putInt(0, -1);

        assertThat(posix.ioctl(fd, FIONREAD, memory)).isZero();
        assertThat(buffer.getInt(0)).isEqualTo(10);
    }

    @Test
    void shouldReportAFailedControl() {
        int fd = memfd(PAGE);

        assertThat(posix.ioctl(fd, 0xC0184700L, memory)).isEqualTo(-Errno.ENOTTY);
        assertThat(posix.ioctl(NO_FD, FIONREAD, memory)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldPollForInput() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        int fd = open(fifo, O_RDWR | O_NONBLOCK, 0);

        assertThat(posix.pollIn(fd, 0)).isZero();
        assertThat(posix.pollIn(fd, 1)).isZero();
        assertThat(posix.read(fd, memory, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(posix.write(fd, memory, 1)).isEqualTo(1);
        assertThat(posix.pollIn(fd, -1)).isEqualTo(POLLIN);
    }

    @Test
    void shouldReportABadDescriptorAsAnEvent() {
        assertThat(posix.pollIn(NO_FD, 0)).isEqualTo(POLLNVAL);
        assertThat(posix.pollIn(-1, 0)).isZero();
    }

    @Test
    void shouldMakeASealedMemoryFile() {
        int fd = posix.memfdCreate("contract", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        cleanUp.add(() -> posix.close(fd));

        assertThat(posix.fcntl(fd, F_GETFD, 0)).isEqualTo(FD_CLOEXEC);
        assertThat(posix.fallocate(fd, 0, PAGE)).isZero();
        assertThat(posix.fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)).isZero();
        assertThat(posix.fcntl(fd, F_GET_SEALS, 0)).isEqualTo(F_SEAL_SHRINK | F_SEAL_GROW);
        assertThat(posix.fallocate(fd, 0, 2 * PAGE)).isEqualTo(-Errno.EPERM);
    }

    @Test
    void shouldReportAFailedMemoryFile() {
        assertThat(posix.memfdCreate("x".repeat(300), 0)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.memfdCreate("x", 0x8000_0000)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldControlADescriptor() {
        int fd = memfd(PAGE);
        int before = posix.fcntl(fd, F_GETFL, 0);

        assertThat(posix.fcntl(fd, F_SETFL, before | O_NONBLOCK)).isZero();
        assertThat(posix.fcntl(fd, F_GETFL, 0) & O_NONBLOCK).isEqualTo(O_NONBLOCK);
        assertThat(posix.fcntl(NO_FD, F_GETFL, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.fcntl(fd, 9999, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldReserveFileSpace() throws IOException {
        Path file = directory.resolve("space");
        int fd = open(file, O_CREAT | O_RDWR, 0600);

        assertThat(posix.fallocate(fd, PAGE, 3 * PAGE)).isZero();
        assertThat(Files.size(file)).isEqualTo(4 * PAGE);
        assertThat(posix.fallocate(fd, 0, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.fallocate(NO_FD, 0, PAGE)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldMapAFileTwiceAtAFixedPlace() {
        int fd = memfd(2 * PAGE);
        long range = map(2 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

        assertThat(posix.mmap(range, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, PAGE)).isEqualTo(range);
        assertThat(posix.mmap(range + PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, PAGE))
                .isEqualTo(range + PAGE);
        ByteBuffer view = posix.view(range, 2 * PAGE);
        view.putInt(8, 0x01020304);
        assertThat(view.getInt((int) PAGE + 8)).isEqualTo(0x01020304);
    }

    @Test
    void shouldReportAFailedMapping() {
        assertThat(posix.mmap(0, PAGE, PROT_READ, MAP_SHARED, NO_FD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.mmap(0, PAGE, PROT_READ, MAP_SHARED, memfd(PAGE), 1)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.mmap(0, 1L << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void shouldUnmap() {
        long address = posix.mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        assertThat(posix.munmap(address, PAGE)).isZero();
        assertThat(posix.munmap(1, PAGE)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.munmap(0, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldNotSleepOnAWordThatDiffers() {
        buffer.putInt(16, 7);

        assertThat(posix.futexWait(memory + 16, 6, SECOND)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void shouldSleepUntilTimeIsUp() {
        buffer.putInt(16, -3);

        assertThat(posix.futexWait(memory + 16, -3, 1)).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(posix.futexWait(memory + 16, -3, 1_000_000)).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(posix.futexWait(memory + 16, -3, -1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldReportABadFutexAddress() {
        assertThat(posix.futexWait(memory + 1, 0, SECOND)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.futexWake(memory + 1, 1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldWakeASleeperThroughAnotherMapping() throws Exception {
        int fd = memfd(PAGE);
        long ours = map(PAGE, MAP_SHARED, fd);
        long theirs = map(PAGE, MAP_SHARED, fd);
        assertThat(posix.futexWake(ours, 1)).isZero();

        CompletableFuture<Integer> sleeper = CompletableFuture.supplyAsync(
                () -> posix.futexWait(theirs, 0, 30 * SECOND));
        long deadline = System.nanoTime() + 30 * SECOND;
        int woken = 0;
        while (woken == 0 && System.nanoTime() < deadline) {
            woken = posix.futexWake(ours, 1);
            Thread.onSpinWait();
        }

        assertThat(woken).isEqualTo(1);
        assertThat(sleeper.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void shouldViewMemoryInNativeOrder() {
        ByteBuffer view = posix.view(memory + 256, 512);

        assertThat(view.isDirect()).isTrue();
        assertThat(view.isReadOnly()).isFalse();
        assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(view.capacity()).isEqualTo(512);
        assertThat(view.remaining()).isEqualTo(512);
        view.putLong(0, 0x0102030405060708L);
        assertThat(buffer.getLong(256)).isEqualTo(0x0102030405060708L);
    }

    @Test
    void shouldReleaseTheMemoryWhenTheLastBufferIsCollected() {
        AtomicInteger released = new AtomicInteger();
        ByteBuffer slice = posix.view(memory, PAGE, released::incrementAndGet).slice();
        AtomicInteger other = new AtomicInteger();
        posix.view(memory, PAGE, other::incrementAndGet).putInt(0, 1);

        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return other.get() == 1;
        });
        assertThat(released).hasValue(0);
        assertThat(slice.order(ByteOrder.nativeOrder()).getInt(0)).isEqualTo(1);
        slice = null;
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return released.get() == 1;
        });
    }

    @Test
    void shouldRejectAViewOfABadLength() {
        assertThatThrownBy(() -> posix.view(memory, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("view of -1 bytes is not between 0 and 2147483647");
        assertThatThrownBy(() -> posix.view(memory, 1L << 31)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("view of 2147483648 bytes is not between 0 and 2147483647");
    }

    private int open(Path file, int flags, int mode) {
        int fd = posix.open(file.toString(), flags, mode);
        assertThat(fd).isNotNegative();
        cleanUp.add(() -> posix.close(fd));
        return fd;
    }

    private int memfd(long size) {
        int fd = posix.memfdCreate("contract", MFD_CLOEXEC);
        assertThat(fd).isNotNegative();
        cleanUp.add(() -> posix.close(fd));
        assertThat(posix.fallocate(fd, 0, size)).isZero();
        return fd;
    }

    private long map(long length, int flags, int fd) {
        long address = posix.mmap(0, length, PROT_READ | PROT_WRITE, flags, fd, 0);
        assertThat(address).isGreaterThan(0);
        cleanUp.add(() -> posix.munmap(address, length));
        return address;
    }

    private String ascii(int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, US_ASCII);
    }
}
