package dev.conduit.core.local.shared;

import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Anonymous memory files whose size can never change, so that nobody who maps one is killed by a SIGBUS because
 * somebody else cut it. They have no name in any folder, and are gone with the last process that has one open or
 * mapped.
 */
public final class SealedFile {

    /** What every file here carries. */
    private static final int SEALS =
            PosixConstants.F_SEAL_SHRINK | PosixConstants.F_SEAL_GROW | PosixConstants.F_SEAL_SEAL;

    /** File type bits of st_mode, and a regular file: sys/stat.h S_IFMT, S_IFREG. */
    private static final int TYPE_MASK = 0xF000;
    private static final int REGULAR = 0x8000;

    private SealedFile() {
    }

    /**
     * Makes a file with all its memory.
     *
     * @param posix the system calls
     * @param name shown in /proc
     * @param bytes size
     * @return the descriptor, which closes on exec
     * @throws PlatformException when memory is short; nothing is left of the attempt
     */
    public static int create(Posix posix, String name, long bytes) throws PlatformException {
        return create(posix, name, 0, bytes);
    }

    /**
     * Makes a file that has no memory yet but for its last page; {@link #reserve} gives it memory piece by piece.
     *
     * @param posix the system calls
     * @param name shown in /proc
     * @param bytes size, in whole pages
     * @return the descriptor, which closes on exec
     * @throws PlatformException when memory is short; nothing is left of the attempt
     */
    public static int createSparse(Posix posix, String name, long bytes) throws PlatformException {
        return create(posix, name, bytes - GrantTable.PAGE_SIZE, GrantTable.PAGE_SIZE);
    }

    /** Reserving memory behind the end makes the file longer, so this also sets its size. */
    private static int create(Posix posix, String name, long offset, long bytes) throws PlatformException {
        int fd = posix.memfdCreate(name, PosixConstants.MFD_CLOEXEC | PosixConstants.MFD_ALLOW_SEALING);
        if (fd < 0) {
            throw new PlatformException("cannot make a memory file: " + Errno.describe(fd));
        }
        boolean done = false;
        try {
            reserve(posix, fd, offset, bytes);
            int result = posix.fcntl(fd, PosixConstants.F_ADD_SEALS, SEALS);
            if (result < 0) {
                throw new PlatformException("cannot seal a memory file: " + Errno.describe(result));
            }
            done = true;
            return fd;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Takes memory for a part of a file now, so that a lack of it is an error here and not a SIGBUS at first use.
     *
     * @param posix the system calls
     * @param fd the file
     * @param offset first byte
     * @param bytes how many
     * @throws PlatformException when memory is short
     */
    public static void reserve(Posix posix, int fd, long offset, long bytes) throws PlatformException {
        int result;
        do {
            result = posix.fallocate(fd, offset, bytes);
        } while (result == -Errno.EINTR);
        if (result < 0) {
            throw new PlatformException("cannot reserve " + bytes + " bytes of shared memory: "
                    + Errno.describe(result));
        }
    }

    /**
     * Opens a memory file of another process, after a look at what it is: opening a device or pipe could block.
     *
     * @param posix the system calls
     * @param path name in /proc
     * @param flags O_RDONLY or O_RDWR
     * @return the descriptor, which closes on exec
     * @throws PlatformException when it cannot be opened, or is not a regular file
     */
    public static int open(Posix posix, String path, int flags) throws PlatformException {
        status(path);
        int fd = posix.open(path, flags | PosixConstants.O_CLOEXEC | PosixConstants.O_NONBLOCK, 0);
        if (fd < 0) {
            throw new PlatformException("cannot open " + path + ": " + Errno.describe(fd));
        }
        return fd;
    }

    /**
     * Checks that an open file is a memory file whose size cannot change, and tells what it is.
     *
     * @param posix the system calls
     * @param fd the descriptor
     * @param what the path it was opened by, for messages
     * @return identity and size
     * @throws PlatformException when it is anything else
     */
    public static Status check(Posix posix, int fd, String what) throws PlatformException {
        Status status = status(GrantFile.ownPath(fd));
        int seals = posix.fcntl(fd, PosixConstants.F_GET_SEALS, 0);
        if (seals < 0 || (seals & SEALS) != SEALS) {
            throw new PlatformException(what + " is not a memory file sealed against changes of its size (seals "
                    + (seals < 0 ? Errno.describe(seals) : "" + seals) + ", needed " + SEALS + ")");
        }
        return status;
    }

    /**
     * Opens the memory file of a share, and checks that it is the one the host registered, and long enough.
     *
     * @param posix the system calls
     * @param file the registered file
     * @param flags O_RDONLY or O_RDWR
     * @param bytes least size
     * @return the descriptor, which closes on exec
     * @throws PlatformException when it is gone, or is another file
     */
    public static int openRegistered(Posix posix, GrantFile file, int flags, long bytes) throws PlatformException {
        int fd = open(posix, file.path(), flags);
        boolean done = false;
        try {
            checkRegistered(posix, fd, file, bytes);
            done = true;
            return fd;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Checks that an open file is the memory file of a share, and long enough.
     *
     * @param posix the system calls
     * @param fd the descriptor
     * @param file the registered file
     * @param bytes least size
     * @throws PlatformException when it is another file, is not sealed or is too short
     */
    public static void checkRegistered(Posix posix, int fd, GrantFile file, long bytes) throws PlatformException {
        Status status = check(posix, fd, file.path());
        if (status.device() != file.device() || status.inode() != file.inode()) {
            throw new PlatformException(file.path() + " is not the memory file of the share any more");
        }
        if (status.bytes() < bytes) {
            throw new PlatformException(file.path() + " has " + status.bytes() + " bytes, needed " + bytes);
        }
    }

    private static Status status(String path) throws PlatformException {
        try {
            Map<String, Object> values = Files.readAttributes(Path.of(path), "unix:mode,dev,ino,size");
            if (((Integer) values.get("mode") & TYPE_MASK) != REGULAR) {
                throw new PlatformException(path + " is not a memory file");
            }
            return new Status((Long) values.get("dev"), (Long) values.get("ino"), (Long) values.get("size"));
        } catch (PlatformException e) {
            throw e;
        } catch (IOException e) {
            throw new PlatformException(path + " cannot be looked at: " + e.getClass().getSimpleName(), e);
        }
    }

    /**
     * What a file is.
     *
     * @param device device number
     * @param inode inode number
     * @param bytes size
     */
    public record Status(long device, long inode, long bytes) {
    }
}
