package dev.conduit.rendezvous;

import java.util.Locale;

/** Why a connect was refused. */
public enum RefusalReason {
    /** Nobody has the name. */
    NO_SUCH_NAME,
    /** The name exists, but nobody listens under it. */
    NOT_LISTENING,
    /** The name's node was not made by the domain it names, or names none. */
    FORGED_NAME,
    /** The domain that has the name is dead. */
    OWNER_DEAD,
    /** As many connections wait to be accepted as the server allows. */
    BACKLOG_FULL,
    /** The server was closed, or ended, before it answered. */
    SERVER_CLOSED,
    /** The server found the request malformed. */
    BAD_REQUEST,
    /** The server had no memory, grants, event channels or XenStore quota left. */
    NO_RESOURCES,
    /** The service slept, and the directory could not start it; the message says why. */
    NOT_STARTED,
    /** The server gave a reason that this version does not know; the message has it. */
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The atom in a flow record, such as {@code backlog-full}. */
    String word() {
        return word;
    }

    /** Whether the server may say yes in a moment: a client with time left asks again. */
    boolean passes() {
        return this == BACKLOG_FULL || this == NO_RESOURCES;
    }

    static RefusalReason of(String word) {
        for (RefusalReason reason : values()) {
            if (reason.word.equals(word)) {
                return reason;
            }
        }
        return OTHER;
    }
}
