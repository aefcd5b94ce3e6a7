package dev.conduit.vchan;

import java.io.IOException;

/** A call with a time-out ended without its bytes or space; the message says how many, and how long it waited. */
public final class VchanTimeoutException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line: what was waited for, and how long
     */
    public VchanTimeoutException(String message) {
        super(message);
    }
}
