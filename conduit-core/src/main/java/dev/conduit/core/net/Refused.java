package dev.conduit.core.net;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;

/** Words for what the kernel refused. */
final class Refused {

    private Refused() {
    }

    /**
     * An exception for a call that failed.
     *
     * @param what was wanted, for example {@code TAP device tap0}
     * @param right the capability it takes
     * @param result minus the error number
     */
    static PlatformException exception(String what, String right, long result) {
        return new PlatformException(what + ": " + reason(right, (int) -result));
    }

    private static String reason(String right, int error) {
        if (error == Errno.EPERM || error == Errno.EACCES) {
            return "this process lacks " + right + " in its network namespace (" + Errno.name(error)
                    + "): run it as root, or give it that capability";
        }
        return error == Errno.EPROTONOSUPPORT ? "this kernel has no such sockets (EPROTONOSUPPORT)" : Errno.name(error);
    }
}
