package dev.conduit.rendezvous;

/** Which of several servers under one name a client tries first; the others follow while the first ones refuse. */
public enum Choice {
    /** Each in turn, from a random one on. */
    ROUND_ROBIN,
    /**
     * The one with the fewest connections, as its own count says, which is at most some hundred milliseconds old; what
     * this client itself gave out since then is added.
     */
    LEAST_CONNECTIONS
}
