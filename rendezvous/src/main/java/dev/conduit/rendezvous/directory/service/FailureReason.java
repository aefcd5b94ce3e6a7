package dev.conduit.rendezvous.directory.service;

import java.util.Locale;

/** Why an asker does not get a service. */
public enum FailureReason {
    /** No service has this name. */
    UNKNOWN,
    /** The toolstack could not start the guest, the guest ended before it was ready, or it was stopped meanwhile. */
    BOOT_FAILED,
    /** It was not ready in time: in the asker's, or in that of the service. */
    NOT_READY,
    /** The memory of this host's services is used up. */
    OUT_OF_RESOURCES,
    /** It failed before, and is left alone for a while. */
    CRASH_LOOP,
    /** As many askers wait as may. */
    QUEUE_FULL,
    /** The directory is ending. */
    CLOSED;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /**
     * Returns the reason as protocols write it.
     *
     * @return for example {@code boot-failed}
     */
    public String word() {
        return word;
    }
}
