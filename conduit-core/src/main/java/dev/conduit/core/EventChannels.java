package dev.conduit.core;

/**
 * Event channels: one-bit signals between two domains.
 *
 * <p>Thread-safe. Events coalesce: any number of signals before the other side looks count as one.
 */
public interface EventChannels {

    /**
     * Allocates a port that one remote domain may bind to.
     *
     * @param peer the only domain that may bind to it
     * @return the port, not yet bound; sending on it is silently dropped until the peer binds
     * @throws PlatformException when no port is free
     */
    EventPort allocateUnbound(DomainId peer) throws PlatformException;

    /**
     * Binds to a port that a remote domain allocated for this one. The new local port starts with an event pending, as
     * on Xen.
     *
     * @param peer the domain that allocated the port
     * @param remotePort its number, positive
     * @return the local port
     * @throws PlatformException when the port does not exist, is bound already or is reserved for another domain
     */
    EventPort bind(DomainId peer, int remotePort) throws PlatformException;
}
