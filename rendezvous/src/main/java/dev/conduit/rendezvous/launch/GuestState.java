package dev.conduit.rendezvous.launch;

/** What a toolstack says of a guest. */
public enum GuestState {
    /** It does not exist, or has no memory and no processor: it can be started. */
    OFF,
    /** It runs, or its kernel is coming up. */
    RUNNING,
    /** It has its memory and is not scheduled. */
    PAUSED,
    /** Its memory is on disk. */
    SUSPENDED,
    /** It is on its way down; it cannot be started before it is {@link #OFF}. */
    STOPPING,
    /** It has failed, and is still there; it must be stopped before it can be started. */
    CRASHED
}
