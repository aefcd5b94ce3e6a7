package dev.conduit.core.local.host;

/** A request the host does not carry out: becomes {@code ERR <errno> <message>}. Expected, so it has no stack trace. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String errno;

    /** With the name of an errno, such as {@code EINVAL}, and one line for people. */
    Refusal(String errno, String message) {
        super(message, null, false, false);
        this.errno = errno;
    }

    static Refusal invalid(String message) {
        return new Refusal("EINVAL", message);
    }

    static Refusal full(String message) {
        return new Refusal("ENOSPC", message);
    }

    String errno() {
        return errno;
    }
}
