package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;

/** The name belongs to somebody else. */
public final class ConduitNameTakenException extends ConduitException {

    private static final long serialVersionUID = 1L;

    private final transient DomainId holder;

    /**
     * Creates the exception.
     *
     * @param holder who has the name
     * @param message one line: which name, who has it
     */
    public ConduitNameTakenException(DomainId holder, String message) {
        super(message);
        this.holder = holder;
    }

    /**
     * Returns who has the name.
     *
     * @return the domain, or null after deserialization
     */
    public DomainId holder() {
        return holder;
    }
}
