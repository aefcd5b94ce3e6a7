package dev.conduit.xenstore.server.state;

/** Kinds of records; the numbers never change their meaning. */
enum RecordType {
    /** Last one: how many came before it. */
    END(0),
    /** First one: number of the last change. */
    STORE(1),
    /** A permission list, numbered from 0 in order. */
    PERMISSIONS(2),
    /** A node, behind its parent. */
    NODE(3),
    /** A special node. */
    SPECIAL(4),
    /** A domain that was introduced, acts for another, or has something of its own set. */
    DOMAIN(5),
    /** A limit of the last domain; before the first domain, of those that come from now on. */
    LIMIT(6),
    /** A listening socket; its descriptor comes beside the bytes, in the same order. */
    LISTENER(16),
    /** A connection; its descriptor comes beside the bytes, in the same order. */
    CONNECTION(17),
    /** Bytes the last connection sent and the server did not handle. */
    INPUT(18),
    /** Bytes for the last connection that begin in the middle of a message. */
    OUTPUT_TAIL(19),
    /** Messages for the last connection. */
    OUTPUT(20),
    /** A watch of the last connection. */
    WATCH(21),
    /** A transaction of the last connection. */
    TRANSACTION(22),
    /** A request in the last transaction. */
    STEP(23);

    /** Bit of a number whose record may be left out by who does not know it. */
    static final int OPTIONAL = 0x8000;

    private static final RecordType[] VALUES = values();

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The type, or null when the number is none. */
    static RecordType of(int code) {
        for (RecordType type : VALUES) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }
}
