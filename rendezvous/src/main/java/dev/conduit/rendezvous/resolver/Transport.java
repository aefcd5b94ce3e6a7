package dev.conduit.rendezvous.resolver;

/** How a service may be reached. */
public enum Transport {
    /** Any way there is. */
    ANY,
    /** A conduit of this host, and nothing else. */
    CONDUIT,
    /** TCP without TLS, and nothing else. */
    TCP,
    /** TLS over TCP, and nothing else. */
    TLS;

    boolean allows(Endpoint endpoint) {
        return switch (this) {
            case ANY -> true;
            case CONDUIT -> endpoint instanceof Endpoint.OnHost;
            case TCP -> endpoint instanceof Endpoint.Tcp;
            case TLS -> endpoint instanceof Endpoint.Tls;
        };
    }
}
