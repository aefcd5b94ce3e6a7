package dev.conduit.rendezvous;

/** A connect was refused, at once and for a stated reason. */
public final class ConduitRefusedException extends ConduitException {

    private static final long serialVersionUID = 1L;

    private final RefusalReason reason;

    /**
     * Creates the exception.
     *
     * @param reason why
     * @param message one line: which name, why
     */
    public ConduitRefusedException(RefusalReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public RefusalReason reason() {
        return reason;
    }
}
