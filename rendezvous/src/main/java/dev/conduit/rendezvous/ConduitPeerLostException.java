package dev.conduit.rendezvous;

/**
 * The peer ended without closing: its process or its domain died, or the platform did. Thrown after everything that was
 * delivered before has been read.
 */
public final class ConduitPeerLostException extends ConduitException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line: which peer, and what is known
     */
    public ConduitPeerLostException(String message) {
        super(message);
    }
}
