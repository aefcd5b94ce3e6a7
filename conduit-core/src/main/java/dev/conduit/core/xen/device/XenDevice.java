package dev.conduit.core.xen.device;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.nio.file.Path;

/** A device file of Xen: where it is, what makes it, and what is wrong when it cannot be opened. */
public enum XenDevice {

    /** Event channels. */
    EVTCHN("evtchn", "sudo modprobe xen-evtchn"),
    /** Maps pages other domains granted. */
    GNTDEV("gntdev", "sudo modprobe xen-gntdev"),
    /** Grants pages to other domains. */
    GNTALLOC("gntalloc", "sudo modprobe xen-gntalloc"),
    /** XenStore; no module makes it, but the kernel itself. */
    XENBUS("xenbus", "boot a kernel that has CONFIG_XEN"),
    /** Hypercalls; the tools of dom0 need it, nothing here does. */
    PRIVCMD("privcmd", "sudo modprobe xen-privcmd");

    private static final Path FOLDER = Path.of("dev", "xen");

    private static final String USER = System.getProperty("user.name");

    private final String file;
    private final String remedy;

    XenDevice(String file, String remedy) {
        this.file = file;
        this.remedy = remedy;
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
     * Tries whether this process may use the device: opens and closes it.
     *
     * @param posix the system calls
     * @param path where it is
     * @return null when it may, else one line: what is wrong and what to do
     */
    public String fault(Posix posix, Path path) {
        try {
            posix.close(open(posix, path, PosixConstants.O_NONBLOCK));
            return null;
        } catch (PlatformException e) {
            return e.getMessage();
        }
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
        if (fd < 0) {
            throw new PlatformException(reason(path, fd));
        }
        return fd;
    }

    private String reason(Path path, int result) {
        String error = " (" + Errno.name(-result) + ")";
        return switch (result) {
            case -Errno.ENOENT, -Errno.ENODEV, -Errno.ENXIO -> path + " cannot be opened" + error
                    + ": this is no Xen guest, or: " + remedy;
            case -Errno.EACCES -> "user '" + USER + "' may not read and write " + path + error + ": sudo chown " + USER
                    + " " + path;
            case -Errno.EPERM -> "a container or a security module keeps user '" + USER + "' from " + path + error
                    + ": give it the device, as docker run --device " + path + " does";
            default -> "cannot open " + path + ": " + Errno.describe(result);
        };
    }
}
