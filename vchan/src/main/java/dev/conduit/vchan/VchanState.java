package dev.conduit.vchan;

/** Where a channel stands. */
public enum VchanState {
    /** Server side: no client has connected yet; what is written waits in the ring. */
    WAITING,
    /** Both sides are there. */
    OPEN,
    /** Closed by this side. */
    CLOSED,
    /** The peer closed its end, or its process ended; what it wrote before can still be read. */
    PEER_CLOSED,
    /** The peer's whole domain is gone; what it wrote before can still be read. */
    PEER_GONE,
    /** The peer broke the protocol; the channel is unusable. */
    VIOLATED,
    /** The platform under the channel is gone; what the peer wrote before can still be read. */
    PLATFORM_LOST
}
