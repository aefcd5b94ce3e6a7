package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * IP addresses of names, for clients that open their sockets themselves. Does not go through {@code java.net.spi},
 * {@code InetAddress.getByName} or the C library. Thread-safe.
 */
public final class AddressLookup {

    /** Any port does: only the addresses count. */
    private static final int SOME_PORT = 1;

    private final Resolver resolver;

    /**
     * Creates the lookup.
     *
     * @param resolver finds the alternatives, of which those with IP addresses count
     */
    public AddressLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Finds a name's addresses. May block.
     *
     * @param host a name or an IP address
     * @param timeout longest wait
     * @return one or more, the best first
     * @throws UnknownHostException when the name is not known or has no address, as one that is only a conduit
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when it could not be found out
     */
    public InetAddress[] lookup(String host, Duration timeout) throws IOException {
        Target target;
        try {
            target = new Target(host, SOME_PORT, Transport.TCP);
        } catch (IllegalArgumentException wrong) {
            throw new UnknownHostException(wrong.getMessage());
        }
        InetAddress[] addresses = resolver.resolve(target, timeout).endpoints().stream()
                .filter(Endpoint.Tcp.class::isInstance).map(Endpoint.Tcp.class::cast)
                .map(endpoint -> endpoint.address().getAddress()).distinct().toArray(InetAddress[]::new);
        if (addresses.length == 0) {
            throw new UnknownHostException("'" + Target.shown(host) + "' has no IP address");
        }
        return addresses;
    }
}
