package dev.conduit.rendezvous;

import java.io.IOException;

/** Something about names or connections went wrong; the message is one line: what, which name, why. */
public class ConduitException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line
     */
    public ConduitException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message one line
     * @param cause what lies behind it
     */
    public ConduitException(String message, Throwable cause) {
        super(message, cause);
    }
}
