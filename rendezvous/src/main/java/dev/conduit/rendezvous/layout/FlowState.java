package dev.conduit.rendezvous.layout;

import java.util.Locale;

/** The state of a flow, first word of its record. */
public enum FlowState {
    /** The client asked, the server has not answered. */
    CONNECTING,
    /** The server accepted and published its vchan. */
    ESTABLISHED,
    /** The server said no; the record has a reason. */
    REFUSED,
    /** One side closed; the record says which. The other side removes the record when it closes. */
    CLOSED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the word as the record has it.
     *
     * @return for example {@code connecting}
     */
    public String word() {
        return word;
    }

    static FlowState of(String word) {
        for (FlowState state : values()) {
            if (state.word.equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("flow state '" + ConduitNames.shown(word)
                + "' is not one of connecting, established, refused, closed");
    }
}
