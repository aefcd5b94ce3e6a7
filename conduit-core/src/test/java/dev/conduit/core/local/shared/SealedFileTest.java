package dev.conduit.core.local.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class SealedFileTest {

    private static final long PID = ProcessHandle.current().pid();

    private final Posix posix = PosixLoader.posix();

    @Test
    void shouldMakeFileThatCannotChangeItsSize() throws IOException {
        int fd = SealedFile.create(posix, "conduit-test", 8192);
        try {
            SealedFile.Status status = SealedFile.check(posix, fd, "it");
            assertThat(status.bytes()).isEqualTo(8192);
            assertThat(status.inode()).isPositive();
            assertThat(posix.fallocate(fd, 8192, 4096)).isEqualTo(-Errno.EPERM);
            assertThat(posix.fcntl(fd, PosixConstants.F_ADD_SEALS, PosixConstants.F_SEAL_WRITE))
                    .isEqualTo(-Errno.EPERM);
            try (FileChannel channel = FileChannel.open(Path.of(GrantFile.ownPath(fd)), StandardOpenOption.WRITE)) {
                assertThatThrownBy(() -> channel.truncate(100)).isInstanceOf(IOException.class);
            }
            assertThat(SealedFile.check(posix, fd, "it").bytes()).isEqualTo(8192);
        } finally {
            posix.close(fd);
        }
    }

    @Test
    void shouldRejectFileThatIsNotSealed() {
        int fd = posix.memfdCreate("conduit-test", PosixConstants.MFD_CLOEXEC | PosixConstants.MFD_ALLOW_SEALING);
        try {
            assertThat(posix.fallocate(fd, 0, 4096)).isZero();
            assertThatThrownBy(() -> SealedFile.check(posix, fd, "it")).isInstanceOf(PlatformException.class)
                    .hasMessage("it is not a memory file sealed against changes of its size (seals 0, needed 7)");
            int partly = PosixConstants.F_SEAL_GROW | PosixConstants.F_SEAL_SEAL;
            assertThat(posix.fcntl(fd, PosixConstants.F_ADD_SEALS, partly)).isZero();
            assertThatThrownBy(() -> SealedFile.check(posix, fd, "it")).hasMessageContaining("(seals 5, needed 7)");
        } finally {
            posix.close(fd);
        }
    }

    @Test
    void shouldNotOpenWhatIsNotAFile() {
        assertThatThrownBy(() -> SealedFile.open(posix, "/dev/zero", PosixConstants.O_RDONLY))
                .isInstanceOf(PlatformException.class).hasMessage("/dev/zero is not a memory file");
        assertThatThrownBy(() -> SealedFile.open(posix, "/proc", PosixConstants.O_RDONLY))
                .hasMessage("/proc is not a memory file");
        assertThatThrownBy(() -> SealedFile.open(posix, GrantFile.path(PID, 99999), PosixConstants.O_RDONLY))
                .hasMessageContaining("/fd/99999 cannot be looked at: NoSuchFileException");
    }

    @Test
    void shouldRejectAnotherFileUnderTheSameDescriptor() throws IOException {
        int fd = SealedFile.create(posix, "conduit-test", 4096);
        SealedFile.Status status = SealedFile.check(posix, fd, "it");
        GrantFile registered = new GrantFile(PID, fd, status.device(), status.inode());
        int opened = SealedFile.openRegistered(posix, registered, PosixConstants.O_RDWR, 4096);
        assertThat(posix.close(opened)).isZero();
        assertThatThrownBy(() -> SealedFile.openRegistered(posix, registered, PosixConstants.O_RDWR, 8192))
                .isInstanceOf(PlatformException.class).hasMessageEndingWith("has 4096 bytes, needed 8192");
        GrantFile stale = new GrantFile(PID, fd, status.device(), status.inode() + 1);
        assertThatThrownBy(() -> SealedFile.openRegistered(posix, stale, PosixConstants.O_RDWR, 4096))
                .hasMessageEndingWith("is not the memory file of the share any more");
        posix.close(fd);
    }

    @Test
    void shouldReadAndWriteRunsAndRejectMalformedOnes() {
        GrantRun run = new GrantRun(new GrantFile(4194304, 2147483, 1, 4294967295L), 511, 512);
        assertThat(GrantRun.parse(run.toString())).isEqualTo(run);
        for (String text : new String[] {"", "1:2:3+4:5", "1:2:3-4:5:6", "1:2:3+4:5:6:7", "-1:2:3+4:5:6", "a:2:3+4:5:6",
            "9999999999:2:3+4:5:6"}) {
            assertThatThrownBy(() -> GrantRun.parse(text)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("run '" + text + "' is not pid:fd:page+count:device:inode");
        }
    }
}
