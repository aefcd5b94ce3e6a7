package dev.conduit.rendezvous.resolver;

import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** How a {@link UriConnector} finds and reaches names. Immutable: each {@code with} method gives a changed copy. */
public final class ConnectorOptions {

    private static final ConnectorOptions DEFAULTS = new ConnectorOptions(
            Set.of("xen"), List.of(), StaticResolver.empty(), List.of(), Optional.empty(), Optional.empty());

    private final Set<String> suffixes;
    private final List<InetSocketAddress> nameServers;
    private final StaticResolver entries;
    private final List<Resolver> more;
    private final Optional<String> hostId;
    private final Optional<SSLContext> tls;

    private ConnectorOptions(Set<String> suffixes, List<InetSocketAddress> nameServers, StaticResolver entries,
            List<Resolver> more, Optional<String> hostId, Optional<SSLContext> tls) {
        this.suffixes = suffixes;
        this.nameServers = nameServers;
        this.entries = entries;
        this.more = more;
        this.hostId = hostId;
        this.tls = tls;
    }

    /**
     * Returns the defaults: {@code www.xen} is the conduit {@code www}, the system's name servers, no fixed entries,
     * the host id that dom0 announced ({@link HostId}), Java's default TLS trust.
     *
     * @return the defaults
     */
    public static ConnectorOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the domains whose names are names of this host. A domain of a site belongs here only when every name of it
     * that exists on this host may be answered by this host.
     *
     * @param names such as {@code xen} and {@code lab.test}
     * @return the changed copy
     */
    public ConnectorOptions withSuffixes(String... names) {
        return new ConnectorOptions(Set.of(names), nameServers, entries, more, hostId, tls);
    }

    /**
     * Sets name servers in place of the system's. They are taken to know the same.
     *
     * @param servers addresses and ports; none means the system's
     * @return the changed copy
     */
    public ConnectorOptions withNameServers(InetSocketAddress... servers) {
        return new ConnectorOptions(suffixes, List.of(servers), entries, more, hostId, tls);
    }

    /**
     * Sets fixed entries. They come before everything else.
     *
     * @param fixed names and their alternatives
     * @return the changed copy
     */
    public ConnectorOptions withEntries(StaticResolver fixed) {
        return new ConnectorOptions(suffixes, nameServers, fixed, more, hostId, tls);
    }

    /**
     * Sets further resolvers. They are asked after this host's names and before DNS.
     *
     * @param resolvers in order
     * @return the changed copy
     */
    public ConnectorOptions withResolvers(Resolver... resolvers) {
        return new ConnectorOptions(suffixes, nameServers, entries, List.of(resolvers), hostId, tls);
    }

    /**
     * Sets this host's id, in place of what dom0 announced.
     *
     * @param id what the site's DNS calls this host
     * @return the changed copy
     * @throws IllegalArgumentException when it is none
     */
    public ConnectorOptions withHostId(String id) {
        return new ConnectorOptions(suffixes, nameServers, entries, more, Optional.of(HostId.check(id)), tls);
    }

    /**
     * Sets whom TLS trusts.
     *
     * @param context makes the sockets
     * @return the changed copy
     */
    public ConnectorOptions withTls(SSLContext context) {
        return new ConnectorOptions(suffixes, nameServers, entries, more, hostId, Optional.of(context));
    }

    Set<String> suffixes() {
        return suffixes;
    }

    DnsResolver dns() {
        return nameServers.isEmpty() ? DnsResolver.system() : DnsResolver.of(nameServers);
    }

    StaticResolver entries() {
        return entries;
    }

    List<Resolver> more() {
        return more;
    }

    Optional<String> hostId() {
        return hostId;
    }

    SSLContext tls() {
        try {
            return tls.isPresent() ? tls.get() : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("this Java has no TLS: " + broken.getMessage(), broken);
        }
    }
}
