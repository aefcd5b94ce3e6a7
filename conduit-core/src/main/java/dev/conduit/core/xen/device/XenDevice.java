package dev.conduit.core.xen.device;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device file of Xen: where it is, what makes it, and what is wrong when it cannot be opened. */
public enum XenDevice {

    /** Event channels. */
    EVTCHN("evtchn", "xen-evtchn"),
    /** Maps pages other domains granted. */
    GNTDEV("gntdev", "xen-gntdev"),
    /** Grants pages to other domains. */
    GNTALLOC("gntalloc", "xen-gntalloc"),
    /** XenStore. */
    XENBUS("xenbus", "xenfs"),
    /** Hypercalls; nothing here needs it. */
    PRIVCMD("privcmd", "xen-privcmd");

    private static final Path FOLDER = Path.of("dev", "xen");

    private final String file;
    private final String module;

    XenDevice(String file, String module) {
        this.file = file;
        this.module = module;
    }

    /**
     * Returns where the device is.
     *
     * @param root of the file system
     * @return for example {@code /dev/xen/evtchn}
     */
    public Path path(Path root) {
        return root.resolve(FOLDER).resolve(file);
    }

    /**
     * Returns the kernel module whose loading makes the device.
     *
     * @return for example {@code xen-evtchn}
     */
    public String module() {
        return module;
    }

    /**
     * Looks, without opening, whether this process may use the device.
     *
     * @param path where it is
     * @return null when it may, else one line: what is wrong and what to do
     */
    public String fault(Path path) {
        if (!Files.exists(path)) {
            return missing(path);
        }
        return Files.isReadable(path) && Files.isWritable(path) ? null : denied(path);
    }

    /**
     * Opens the device for reading and writing, closed on exec.
     *
     * @param posix the system calls
     * @param path where it is
     * @param flags more O_* bits
     * @return the descriptor
     * @throws PlatformException when it cannot be opened: why, and what to do
     */
    public int open(Posix posix, Path path, int flags) throws PlatformException {
        int mode = PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC | flags;
        int fd = posix.open(path.toString(), mode, 0);
        while (fd == -Errno.EINTR) {
            fd = posix.open(path.toString(), mode, 0);
        }
        return switch (fd) {
            case -Errno.ENOENT -> throw new PlatformException(missing(path));
            case -Errno.EACCES, -Errno.EPERM -> throw new PlatformException(denied(path));
            case -Errno.ENODEV, -Errno.ENXIO -> throw new PlatformException(path
                    + " is there, but no driver answers (" + Errno.describe(fd) + "): sudo modprobe " + module);
            default -> {
                if (fd < 0) {
                    throw new PlatformException("cannot open " + path + ": " + Errno.describe(fd));
                }
                yield fd;
            }
        };
    }

    private String missing(Path path) {
        return path + " is not there: not a Xen guest, or its kernel module is not loaded: sudo modprobe " + module;
    }

    private static String denied(Path path) {
        String user = System.getProperty("user.name");
        return "user '" + user + "' may not read and write " + path + ": sudo chown " + user + " " + path;
    }
}
