package dev.conduit.rendezvous.launch;

import java.io.IOException;

/** The toolstack refused, failed, or is not there. The message says what was asked, and what it said. */
public final class LaunchException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message one line
     */
    public LaunchException(String message) {
        super(message);
    }

    /**
     * With a message and the failure behind it.
     *
     * @param message one line
     * @param cause what happened
     */
    public LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
