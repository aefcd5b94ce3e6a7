package dev.conduit.xenstore.wire;

/** Message types of xs_wire.h; the wire number is {@link #code}. */
public enum Operation {
    /** Administration. */
    CONTROL(0),
    /** Names of children. */
    DIRECTORY(1),
    /** Value of a node. */
    READ(2),
    /** Permissions of a node. */
    GET_PERMS(3),
    /** Register a watch. */
    WATCH(4),
    /** End a watch. */
    UNWATCH(5),
    /** Open a transaction. */
    TRANSACTION_START(6),
    /** Commit or abort a transaction. */
    TRANSACTION_END(7),
    /** A domain appears. */
    INTRODUCE(8),
    /** A domain is gone. */
    RELEASE(9),
    /** Home of a domain. */
    GET_DOMAIN_PATH(10),
    /** Set a value, making the node. */
    WRITE(11),
    /** Make a node. */
    MKDIR(12),
    /** Remove a subtree. */
    RM(13),
    /** Replace permissions. */
    SET_PERMS(14),
    /** Server to client: a watch fired. */
    WATCH_EVENT(15),
    /** Server to client: refusal. */
    ERROR(16),
    /** Whether a domain was introduced. */
    IS_DOMAIN_INTRODUCED(17),
    /** A domain runs again. */
    RESUME(18),
    /** Give a domain the rights of another. */
    SET_TARGET(19),
    /** Drop all watches and transactions of the connection. */
    RESET_WATCHES(21),
    /** Names of children, in parts. */
    DIRECTORY_PART(22),
    /** What the server offers, or what a domain may use of it. */
    GET_FEATURE(23),
    /** Choose what a domain may use. */
    SET_FEATURE(24),
    /** Names of quotas, or the value of one. */
    GET_QUOTA(25),
    /** Change a quota, for all domains or one. */
    SET_QUOTA(26);

    private static final Operation[] BY_CODE = new Operation[32];

    static {
        for (Operation operation : values()) {
            BY_CODE[operation.code] = operation;
        }
    }

    private final int code;

    Operation(int code) {
        this.code = code;
    }

    /**
     * Returns the wire number.
     *
     * @return the message type
     */
    public int code() {
        return code;
    }

    /**
     * Finds an operation by its number.
     *
     * @param code any 32-bit number off the wire
     * @return the operation, or null when there is none
     */
    public static Operation of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
