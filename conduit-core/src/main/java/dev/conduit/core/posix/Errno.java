package dev.conduit.core.posix;

/** Linux error numbers, the same on x86-64 and aarch64: asm-generic/errno-base.h and asm-generic/errno.h. */
public final class Errno {

    /** Operation not permitted. */
    public static final int EPERM = 1;
    /** No such file or directory. */
    public static final int ENOENT = 2;
    /** No such process; for event channels and grants: no such domain. */
    public static final int ESRCH = 3;
    /** Interrupted by a signal. */
    public static final int EINTR = 4;
    /** Input or output error. */
    public static final int EIO = 5;
    /** No such device or address. */
    public static final int ENXIO = 6;
    /** Bad descriptor. */
    public static final int EBADF = 9;
    /** Try again; the same number as EWOULDBLOCK. */
    public static final int EAGAIN = 11;
    /** Out of memory. */
    public static final int ENOMEM = 12;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** Bad address. */
    public static final int EFAULT = 14;
    /** In use. */
    public static final int EBUSY = 16;
    /** Exists already. */
    public static final int EEXIST = 17;
    /** No such device. */
    public static final int ENODEV = 19;
    /** Invalid argument. */
    public static final int EINVAL = 22;
    /** Too many files open in the system. */
    public static final int ENFILE = 23;
    /** Too many files open in this process. */
    public static final int EMFILE = 24;
    /** The device does not know this request. */
    public static final int ENOTTY = 25;
    /** File too large. */
    public static final int EFBIG = 27;
    /** No space left. */
    public static final int ENOSPC = 28;
    /** Nobody reads the other end. */
    public static final int EPIPE = 32;
    /** No such system call. */
    public static final int ENOSYS = 38;
    /** Message too long. */
    public static final int EMSGSIZE = 90;
    /** No such option. */
    public static final int ENOPROTOOPT = 92;
    /** No such protocol. */
    public static final int EPROTONOSUPPORT = 93;
    /** The address is not this machine's. */
    public static final int EADDRNOTAVAIL = 99;
    /** The interface is down. */
    public static final int ENETDOWN = 100;
    /** No route. */
    public static final int ENETUNREACH = 101;
    /** The peer gave up before its connection was accepted. */
    public static final int ECONNABORTED = 103;
    /** No room in a queue. */
    public static final int ENOBUFS = 105;
    /** Not connected. */
    public static final int ENOTCONN = 107;
    /** Time ran out. */
    public static final int ETIMEDOUT = 110;

    /** Indexed by number; "" where Linux has none (41 and 58 are historic duplicates). */
    private static final String[] NAMES = (" EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN"
            + " ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY"
            + " ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY"
            + " ELOOP"
            + "  ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO"
            + " EBADRQC EBADSLT  EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM"
            + " EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX"
            + " ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT"
            + " EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN"
            + " ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT"
            + " ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM"
            + " EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD"
            + " ENOTRECOVERABLE ERFKILL EHWPOISON").split(" ");

    private Errno() {
    }

    /**
     * Returns the C name of an error number.
     *
     * @param number the number, positive
     * @return for example {@code ENOENT}; the number in decimal when it has no name
     */
    public static String name(int number) {
        boolean named = number > 0 && number < NAMES.length && !NAMES[number].isEmpty();
        return named ? NAMES[number] : Integer.toString(number);
    }

    /**
     * Describes the result of a failed call for a message.
     *
     * @param result what the call returned: minus the error number
     * @return for example {@code ENOENT (2)}
     */
    public static String describe(long result) {
        return name((int) -result) + " (" + -result + ")";
    }
}
