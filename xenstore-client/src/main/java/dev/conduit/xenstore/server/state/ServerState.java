package dev.conduit.xenstore.server.state;

import dev.conduit.xenstore.server.store.SessionState;
import dev.conduit.xenstore.server.store.StoreState;
import java.util.List;

/**
 * What a server is made of. On disk it has neither listeners nor connections: those end with the process.
 *
 * @param store tree, domains and special nodes
 * @param listeners in the order of their descriptors
 * @param connections in the order of their descriptors, which follow those of the listeners
 */
public record ServerState(StoreState store, List<Listener> listeners, List<Connection> connections) {

    /** Instead of a domain: the socket on which a successor asks for the hand-over. */
    public static final int SUCCESSOR = -1;

    /**
     * A listening socket.
     *
     * @param file where it is bound
     * @param domain whose rights connections have, or {@link #SUCCESSOR}
     */
    public record Listener(String file, int domain) {
    }

    /**
     * A connection.
     *
     * @param session watches and transactions
     * @param input bytes received that no reply was made for, from the beginning of a message on
     * @param outputTail what is left of messages already begun to be sent
     * @param output whole messages to send behind that
     */
    public record Connection(SessionState session, byte[] input, byte[] outputTail, byte[] output) {
    }
}
