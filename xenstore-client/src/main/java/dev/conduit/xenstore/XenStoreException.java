package dev.conduit.xenstore;

import java.io.IOException;

/** XenStore refused a request, or the connection to it failed. */
public class XenStoreException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The error string of the server, or null. */
    private final String error;

    /**
     * An error reply.
     *
     * @param error the error string as the server sent it, such as {@code ENOENT}; null when no server said it
     * @param message one line: which operation, which path, what is wrong
     */
    public XenStoreException(String error, String message) {
        super(message);
        this.error = error;
    }

    /**
     * A failure of the connection.
     *
     * @param message one line
     * @param cause what lies behind it
     */
    public XenStoreException(String message, Throwable cause) {
        super(message, cause);
        this.error = null;
    }

    /**
     * Returns the error string, unchanged, also when it is none of the documented ones.
     *
     * @return for example {@code ENOENT}, {@code EQUOTA}, or null when the connection failed
     */
    public String error() {
        return error;
    }

    /**
     * Tells whether the server answered with this error string.
     *
     * @param name for example {@code ENOENT}
     * @return true when it did
     */
    public boolean is(String name) {
        return name.equals(error);
    }
}
