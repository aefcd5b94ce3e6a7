package dev.conduit.core;

import java.io.IOException;

/** A grant, event-channel or domain operation was refused or failed; the message names the thing and the reason. */
public class PlatformException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line: what, which value, why
     */
    public PlatformException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message one line: what, which value, why
     * @param cause what lies behind it
     */
    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
