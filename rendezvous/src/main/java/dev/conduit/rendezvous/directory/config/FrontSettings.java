package dev.conduit.rendezvous.directory.config;

import java.util.Optional;

/**
 * The front part of the configuration.
 *
 * @param kind which front
 * @param networkInterface where it works; empty for kinds without one
 * @param proxyProtocol whether services that receive by conduit are told the client's address by the PROXY protocol, version 2
 */
public record FrontSettings(Kind kind, Optional<String> networkInterface, boolean proxyProtocol) {

    /** Fronts. */
    public enum Kind {
        /** Clients reach the services themselves. */
        NONE,
        /** Ethernet through a TAP interface. */
        TAP,
        /** Packets on a bridge. */
        BRIDGE,
        /** IP through a TUN interface. */
        TUN,
        /** The kernel's own sockets. */
        SOCKET
    }
}
