package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreException;

/** A tool cannot go on; the message is what it prints behind its name. */
final class ToolException extends Exception {

    private static final long serialVersionUID = 1L;

    ToolException(String message) {
        super(message);
    }

    /** A message that ends with what the server said, as the C library words it. */
    ToolException(String message, XenStoreException refusal) {
        super(message + ": " + ErrorText.of(refusal), refusal);
    }
}
