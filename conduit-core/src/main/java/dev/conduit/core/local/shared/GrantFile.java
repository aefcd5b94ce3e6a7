package dev.conduit.core.local.shared;

/**
 * Where the memory file of a share is found, and how to know it is that file: process ids and descriptors are used
 * again, device and inode of a living file are not.
 *
 * @param pid process that holds it open
 * @param fd the descriptor there
 * @param device device number (st_dev)
 * @param inode inode number (st_ino)
 */
public record GrantFile(long pid, int fd, long device, long inode) {

    /**
     * Returns the name under which other processes open it.
     *
     * @return a path in /proc
     */
    public String path() {
        return path(pid, fd);
    }

    /**
     * Returns the name of an open file of a process.
     *
     * @param pid process
     * @param fd descriptor there
     * @return a path in /proc
     */
    public static String path(long pid, int fd) {
        return "/proc/" + pid + "/fd/" + fd;
    }

    /**
     * Returns the name of an open file of this process, through which it can be looked at or opened again.
     *
     * @param fd descriptor
     * @return a path in /proc
     */
    public static String ownPath(int fd) {
        return "/proc/self/fd/" + fd;
    }
}
