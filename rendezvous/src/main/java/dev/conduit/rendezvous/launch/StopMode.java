package dev.conduit.rendezvous.launch;

/** How a guest is stopped. */
public enum StopMode {
    /** At once, without asking it. */
    DESTROY,
    /** It is asked to go, and destroyed when it does not in time. */
    SHUTDOWN,
    /** Its memory is kept, on disk where the toolstack can do that; the next start goes on from there. */
    SUSPEND
}
