package dev.conduit.xenstore.ring;

/** Why the server gave up a ring: the values of its error field ({@code XENSTORE_ERROR_*} in xs_wire.h). */
public enum RingError {

    /** The connection is in order. */
    NONE("no error"),
    /** The guest cannot be reached, or leaves too much unread. */
    COMMUNICATION("communication"),
    /** An index of the guest is impossible. */
    RING_INDEX("bad ring index"),
    /** A message of the guest is too long. */
    PROTOCOL("protocol violation");

    private final String text;

    RingError(String text) {
        this.text = text;
    }

    /**
     * Returns the number in the page.
     *
     * @return 0 for {@link #NONE}
     */
    public int code() {
        return ordinal();
    }

    /**
     * Says what a number in the page means.
     *
     * @param code as found
     * @return the number with its meaning
     */
    public static String describe(int code) {
        return Integer.toUnsignedString(code)
                + (code >= 0 && code < values().length ? " (" + values()[code].text + ")" : " (unknown)");
    }
}
