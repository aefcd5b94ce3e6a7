package dev.conduit.xenstore.wire;

import java.io.IOException;

/** The other side sent bytes that are no message; the connection cannot go on. */
public final class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message one line: what came, and the bound
     */
    public MalformedMessageException(String message) {
        super(message);
    }
}
