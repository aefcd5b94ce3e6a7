package dev.conduit.core.local.host;

import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.GrantFile;
import dev.conduit.core.local.shared.SealedFile;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches the memory files of other processes through /proc. */
final class ProcGrantFiles implements GrantFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ProcGrantFiles.class);

    private final Posix posix;

    ProcGrantFiles(Posix posix) {
        this.posix = posix;
    }

    @Override
    public GrantFile inspect(long pid, int fd, int pages) throws Refusal {
        String path = GrantFile.path(pid, fd);
        try {
            int own = SealedFile.open(posix, path, PosixConstants.O_RDONLY);
            try {
                SealedFile.Status status = SealedFile.check(posix, own, path);
                long bytes = (long) pages * GrantTable.PAGE_SIZE;
                if (status.bytes() != bytes) {
                    throw Refusal.invalid(path + " has " + status.bytes() + " bytes; " + pages + " pages are " + bytes);
                }
                return new GrantFile(pid, fd, status.device(), status.inode());
            } finally {
                posix.close(own);
            }
        } catch (PlatformException e) {
            throw Refusal.invalid(e.getMessage());
        }
    }

    @Override
    public UnmapByte openByte(GrantFile file, long offset) throws Refusal {
        try {
            int own = SealedFile.openRegistered(posix, file, PosixConstants.O_RDWR, offset + 1);
            try {
                // A second description of the same file, so that writing needs no native memory and no file position.
                return new FileByte(FileChannel.open(Path.of(GrantFile.ownPath(own)), StandardOpenOption.WRITE),
                        offset);
            } finally {
                posix.close(own);
            }
        } catch (IOException e) {
            throw Refusal.invalid(e.getMessage());
        }
    }

    /** One byte of an open file. */
    private static final class FileByte implements UnmapByte {

        private final FileChannel channel;
        private final long offset;

        FileByte(FileChannel channel, long offset) {
            this.channel = channel;
            this.offset = offset;
        }

        @Override
        public void clear() {
            try {
                channel.write(ByteBuffer.allocate(1), offset);
            } catch (IOException e) {
                LOG.debug("a byte could not be cleared: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("a memory file could not be closed: {}", e.getMessage());
            }
        }
    }
}
