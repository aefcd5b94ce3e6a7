package dev.conduit.synjitsu.tcp;

/** Why a connection ended while the front had it. */
public enum CloseReason {
    /** The client reset it. */
    RESET_BY_CLIENT,
    /** The client never answered the SYN-ACK. */
    HANDSHAKE_EXPIRED,
    /** The client was not heard of for too long; it was sent a reset. */
    IDLE
}
