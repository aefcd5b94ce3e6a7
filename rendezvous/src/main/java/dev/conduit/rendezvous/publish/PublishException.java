package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.ConduitException;

/** Something could not be published; the message is one line, with the name server's own word for it. */
final class PublishException extends ConduitException {

    private static final long serialVersionUID = 1L;

    /** What it concerns, and what to do. */
    enum Kind {
        /** The server, the key or the zone: nothing else can be published now, either. */
        SERVER,
        /** This name alone. */
        NAME,
        /** Another host changed the name in between: look again. */
        CONFLICT
    }

    private final Kind kind;

    PublishException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
