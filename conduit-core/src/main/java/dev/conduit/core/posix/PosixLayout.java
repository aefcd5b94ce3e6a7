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

    /** What {@code tv_nsec} stays below. */
    public static final long NANOS_PER_SECOND = 1_000_000_000L;

    private PosixLayout() {
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
