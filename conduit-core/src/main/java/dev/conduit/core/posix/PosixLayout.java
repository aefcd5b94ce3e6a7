package dev.conduit.core.posix;

/** Offsets in bytes of the structures the calls of {@link Posix} pass, the same on x86-64 and aarch64 Linux. */
public final class PosixLayout {

    /** Bytes of the largest structure here: what one call needs as scratch memory. */
    public static final int SCRATCH_SIZE = 16;

    /** {@code int fd} of {@code struct pollfd}, poll.h. */
    public static final int POLLFD_FD = 0;

    /** {@code short events} of {@code struct pollfd}. */
    public static final int POLLFD_EVENTS = 4;

    /** {@code short revents} of {@code struct pollfd}. */
    public static final int POLLFD_REVENTS = 6;

    /** Size of {@code struct pollfd}. */
    public static final int POLLFD_SIZE = 8;

    /** {@code time_t tv_sec} of {@code struct timespec}, time.h; 64 bits. */
    public static final int TIMESPEC_SEC = 0;

    /** {@code long tv_nsec} of {@code struct timespec}; 64 bits. */
    public static final int TIMESPEC_NSEC = 8;

    /** Size of {@code struct timespec}. */
    public static final int TIMESPEC_SIZE = 16;

    /** {@code sa_family_t sun_family} of {@code struct sockaddr_un}, sys/un.h; 16 bits. */
    public static final int SOCKADDR_UN_FAMILY = 0;

    /** {@code char sun_path[]} of {@code struct sockaddr_un}. */
    public static final int SOCKADDR_UN_PATH = 2;

    /** Size of {@code struct sockaddr_un}. */
    public static final int SOCKADDR_UN_SIZE = 110;

    /** {@code struct iovec *msg_iov} of {@code struct msghdr}, sys/socket.h. */
    public static final int MSGHDR_IOV = 16;

    /** {@code size_t msg_iovlen} of {@code struct msghdr}. */
    public static final int MSGHDR_IOVLEN = 24;

    /** {@code void *msg_control} of {@code struct msghdr}. */
    public static final int MSGHDR_CONTROL = 32;

    /** {@code size_t msg_controllen} of {@code struct msghdr}. */
    public static final int MSGHDR_CONTROLLEN = 40;

    /** {@code int msg_flags} of {@code struct msghdr}. */
    public static final int MSGHDR_FLAGS = 48;

    /** Size of {@code struct msghdr}. */
    public static final int MSGHDR_SIZE = 56;

    /** {@code void *iov_base} of {@code struct iovec}, sys/uio.h. */
    public static final int IOVEC_BASE = 0;

    /** {@code size_t iov_len} of {@code struct iovec}. */
    public static final int IOVEC_LEN = 8;

    /** Size of {@code struct iovec}. */
    public static final int IOVEC_SIZE = 16;

    /** {@code size_t cmsg_len} of {@code struct cmsghdr}, sys/socket.h. */
    public static final int CMSGHDR_LEN = 0;

    /** {@code int cmsg_level} of {@code struct cmsghdr}. */
    public static final int CMSGHDR_LEVEL = 8;

    /** {@code int cmsg_type} of {@code struct cmsghdr}. */
    public static final int CMSGHDR_TYPE = 12;

    /** Size of {@code struct cmsghdr}; its data follow. */
    public static final int CMSGHDR_SIZE = 16;

    /** What the next {@code struct cmsghdr} is aligned to. */
    public static final int CMSG_ALIGNMENT = 8;

    /** {@code uint32_t events} of {@code struct epoll_event}, sys/epoll.h. */
    public static final int EPOLL_EVENT_EVENTS = 0;

    /** {@code epoll_data_t data} of {@code struct epoll_event}, which is packed on x86-64. */
    public static final int EPOLL_EVENT_DATA = packedEpollEvent() ? 4 : 8;

    /** Size of {@code struct epoll_event}. */
    public static final int EPOLL_EVENT_SIZE = EPOLL_EVENT_DATA + Long.BYTES;

    /** What {@code tv_nsec} stays below. */
    public static final long NANOS_PER_SECOND = 1_000_000_000L;

    private PosixLayout() {
    }

    private static boolean packedEpollEvent() {
        return !System.getProperty("os.arch").equals("aarch64");
    }

    /**
     * Checks the length of a {@link Posix#view}.
     *
     * @param length bytes
     * @throws IllegalArgumentException when no buffer can have that size
     */
    public static void checkViewLength(long length) {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("view of " + length + " bytes is not between 0 and "
                    + Integer.MAX_VALUE);
        }
    }
}
