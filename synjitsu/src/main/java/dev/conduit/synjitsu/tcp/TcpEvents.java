package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;

/** What the table tells of. Called from within its methods; must not call them. */
public interface TcpEvents {

    /**
     * A client wants a connection: time to wake the service. Called for each new SYN to a declared port that is
     * answered, also by a cookie; the sender may be forged as long as {@link #established} does not follow.
     *
     * @param service the service's address
     * @param port the port, one of those declared
     * @param client who asks, or seems to
     */
    default void asked(IpAddress service, int port, IpAddress client) {}

    /** A SYN was answered by a cookie: of all that {@link #asked}, it is one that nothing is known of any more. */
    default void cookieSent() {}

    /**
     * A handshake is complete: the client is who it says.
     *
     * @param connection the connection
     */
    default void established(Connection connection) {}

    /**
     * More data of a client is there in order.
     *
     * @param connection the connection
     */
    default void dataArrived(Connection connection) {}

    /**
     * A client will send no more, and all that it sent is there.
     *
     * @param connection the connection, now in {@link TcpState#CLOSE_WAIT}
     */
    default void finished(Connection connection) {}

    /**
     * A connection ended, by the client or by time; the table has forgotten it.
     *
     * @param connection the connection
     * @param reason why
     */
    default void closed(Connection connection, CloseReason reason) {}
}
