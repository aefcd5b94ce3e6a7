package dev.conduit.rendezvous;

/** How a peer's end of a connection ended. */
enum PeerEnd {
    /** It closed: its flow record, or its own removal of the connection from {@code established}, says so. */
    CLOSED,
    /** Its process, domain or the platform died. */
    LOST
}
