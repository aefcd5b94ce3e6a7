package dev.conduit.rendezvous.directory.service;

import java.util.Locale;

/** Where a service is. */
public enum ServiceState {
    /** It sleeps. */
    OFF,
    /** It waits for its turn to be started. */
    QUEUED,
    /** The toolstack is starting it. */
    STARTING,
    /** Its guest runs and is not ready. */
    WAITING,
    /** It serves. */
    READY,
    /** It will be stopped, unless it is used. */
    DRAINING,
    /** The toolstack is stopping it. */
    STOPPING,
    /** It has failed and is left alone for a while. */
    BACKING_OFF;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', ' ');

    /**
     * Returns the state as it is shown.
     *
     * @return for example {@code backing off}
     */
    public String word() {
        return word;
    }
}
