package dev.conduit.rendezvous.directory.service;

import java.util.Locale;

/** What happens in a start, in this order. */
public enum Phase {
    /** It had its turn: the toolstack was called. */
    LAUNCHED,
    /** The toolstack had made the guest. */
    CREATED,
    /** The guest's kernel was up; only where the platform shows it. */
    KERNEL,
    /** It was ready. */
    READY,
    /** Traffic or a flow was first seen, at the next sample after it came. */
    FIRST_BYTE,
    /** Its guest was gone. */
    ENDED;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', ' ');

    /**
     * Returns the phase as it is shown.
     *
     * @return for example {@code first byte}
     */
    public String word() {
        return word;
    }
}
