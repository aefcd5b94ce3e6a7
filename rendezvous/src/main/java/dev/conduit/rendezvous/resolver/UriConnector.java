package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Connects to names and URIs, by the best way that works: fixed entries, then conduits of this host, then what DNS
 * says. An alternative that cannot be reached gives way to the next; DNS is asked only when nothing before it could be
 * reached. Answers of DNS are cached for their TTL. Thread-safe; holds no threads and nothing to close.
 */
public final class UriConnector {

    private static final int CACHED_TARGETS = 1000;

    private final Optional<Conduit> conduit;
    private final ConnectorOptions options;
    private final List<Resolver> resolvers;

    private UriConnector(Optional<Conduit> conduit, ConnectorOptions options) {
        this.conduit = conduit;
        this.options = options;
        List<Resolver> all = new ArrayList<>();
        all.add(options.entries());
        conduit.ifPresent(here -> all.add(new XenStoreResolver(here, options.suffixes())));
        all.addAll(options.more());
        all.add(new CachingResolver(options.dns().withHostId(this::hostId), CACHED_TARGETS));
        this.resolvers = List.copyOf(all);
    }

    /**
     * For a program in a domain of a host.
     *
     * @param conduit its way to the host's conduits; stays the caller's to close
     * @param options how names are found
     * @return a connector
     */
    public static UriConnector of(Conduit conduit, ConnectorOptions options) {
        return new UriConnector(Optional.of(conduit), options);
    }

    /**
     * For a program on a machine without conduits: what is left is Unix sockets, TCP and TLS.
     *
     * @param options how names are found
     * @return a connector
     */
    public static UriConnector withoutConduits(ConnectorOptions options) {
        return new UriConnector(Optional.empty(), options);
    }

    private Optional<String> hostId() throws IOException {
        if (conduit.isEmpty()) {
            return Optional.empty();
        }
        return options.hostId().isPresent()
                ? options.hostId() : HostId.find(conduit.get().platform().xenStore());
    }

    /**
     * Returns what finds the alternatives, as one resolver: for a {@link ConduitAddressResolverGroup} or an {@link
     * AddressLookup}.
     *
     * @return all of this connector's resolvers, in order
     */
    public Resolver resolver() {
        return Resolver.inOrder(resolvers);
    }

    /**
     * Connects to what a URI names: see {@link Target#of}, and {@code unix:///path}.
     *
     * @param uri which
     * @param timeout longest wait for everything together
     * @return the connection
     * @throws dev.conduit.rendezvous.ConduitTimeoutException when time was up; with each alternative's failure
     * @throws dev.conduit.rendezvous.ConduitException when no alternative can be reached; with each one's failure
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when something else fails
     * @throws IllegalArgumentException when the URI is none of these
     */
    public Connection connect(URI uri, Duration timeout) throws IOException {
        return "unix".equalsIgnoreCase(uri.getScheme())
                ? attempt(uri.toString(), timeout).run(List.of(unixSocket(uri)))
                : connect(Target.of(uri), timeout);
    }

    /**
     * Connects to a target.
     *
     * @param target which
     * @param timeout longest wait for everything together
     * @return the connection
     * @throws dev.conduit.rendezvous.ConduitTimeoutException when time was up; with each alternative's failure
     * @throws dev.conduit.rendezvous.ConduitException when no alternative can be reached; with each one's failure
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when something else fails
     */
    public Connection connect(Target target, Duration timeout) throws IOException {
        return attempt(target.toString(), timeout).run(target, resolvers);
    }

    /**
     * Returns a factory for clients that open their sockets through one. {@code createSocket(host, port)} connects by
     * any way there is: TCP gives an ordinary socket, a conduit one that reads within {@code setSoTimeout}, takes
     * options of TCP without effect, and cannot end in one direction. Addresses are connected to by TCP. There are no
     * unconnected sockets.
     *
     * @param timeout longest wait of a connect
     * @return the factory, thread-safe
     */
    public SocketFactory socketFactory(Duration timeout) {
        return new ConnectorSocketFactory(this, timeout);
    }

    private Attempt attempt(String what, Duration timeout) {
        return new Attempt(what, Deadline.after(timeout), new Opener(conduit, options));
    }

    private static Endpoint unixSocket(URI uri) {
        if (uri.getPath() == null || !uri.getPath().startsWith("/") || uri.getAuthority() != null) {
            throw new IllegalArgumentException("cannot connect to '" + Target.shown(uri.toString())
                    + "': a Unix socket is unix:///path");
        }
        return new Endpoint.UnixSocket(Path.of(uri.getPath()));
    }
}
