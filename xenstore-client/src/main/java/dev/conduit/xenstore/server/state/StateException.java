package dev.conduit.xenstore.server.state;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes that are no state of a server: cut short, changed, or made by something else. */
public final class StateException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Names the byte at which the record begins that is wrong, and what is wrong with it. */
    StateException(long offset, String problem) {
        super("at byte " + offset + ": " + problem);
    }

    /** Says which file it is about. */
    StateException(Path file, StateException cause) {
        super(file + " " + cause.getMessage(), cause);
    }
}
