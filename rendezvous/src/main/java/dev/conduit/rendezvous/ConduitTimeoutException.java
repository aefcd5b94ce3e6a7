package dev.conduit.rendezvous;

/** A connect, accept or registration was not done in time; what it had begun is undone. */
public final class ConduitTimeoutException extends ConduitException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line: what was waited for, and how long
     */
    public ConduitTimeoutException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message one line: what was waited for, and how long
     * @param cause what kept failing until then
     */
    public ConduitTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
