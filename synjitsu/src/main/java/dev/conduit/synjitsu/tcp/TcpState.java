package dev.conduit.synjitsu.tcp;

/** The states a connection of the front can be handed over in (RFC 9293, 3.3.2). The front itself never closes first. */
public enum TcpState {
    /** The SYN was answered, and the answer is not acknowledged yet. */
    SYN_RECEIVED,
    /** Both sides may send. */
    ESTABLISHED,
    /** The client has sent its FIN, and everything before it was received. */
    CLOSE_WAIT
}
