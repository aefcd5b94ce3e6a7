package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupSession;

/**
 * Names in DNS (docs/resolver.md has the records). With a port: A and AAAA of the name. Without: the SRV records
 * below {@code _conduit-tls._tcp} or, when there are none, {@code _conduit._tcp} (RFC 2782). Before them a conduit,
 * when a TXT record says that this very host serves the name.
 *
 * <p>Aliases are followed, 16 at most. Several name servers are taken to know the same: the next one is asked when
 * one is silent or answers SERVFAIL or REFUSED. {@code /etc/hosts} comes first. Nothing is cached here.
 */
public final class DnsResolver implements Resolver {

    private static final HostsFileParser HOSTS = new HostsFileParser();

    private final DnsServers servers;
    private final List<Name> searchPath;
    private final int ndots;
    private final HostIdSource hostId;

    /** Says what this host is called among the hosts of its site. */
    @FunctionalInterface
    public interface HostIdSource {

        /**
         * Finds the host's id; called for every resolution.
         *
         * @return the id as {@link HostId#check} gives it, or empty when it has none
         * @throws IOException when it cannot be found out
         */
        Optional<String> find() throws IOException;
    }

    private DnsResolver(DnsServers servers, List<Name> searchPath, int ndots, HostIdSource hostId) {
        this.servers = servers;
        this.searchPath = searchPath;
        this.ndots = ndots;
        this.hostId = hostId;
    }

    /**
     * Uses the name servers, the search path and the options of the system ({@code /etc/resolv.conf}).
     *
     * @return the resolver
     */
    public static DnsResolver system() {
        ResolverConfig config = ResolverConfig.getCurrentConfig();
        return new DnsResolver(new DnsServers(config.servers()), config.searchPath(), config.ndots(), Optional::empty);
    }

    /**
     * Uses the given name servers, without a search path.
     *
     * @param servers addresses and ports
     * @return the resolver
     * @throws IllegalArgumentException when there are none
     */
    public static DnsResolver of(List<InetSocketAddress> servers) {
        return new DnsResolver(new DnsServers(servers), List.of(), 1, Optional::empty);
    }

    /**
     * Sets what this host is called, so that its own services are reached by conduit.
     *
     * @param source says it
     * @return the changed copy
     */
    public DnsResolver withHostId(HostIdSource source) {
        return new DnsResolver(servers, searchPath, ndots, source);
    }

    @Override
    public Resolution resolve(Target target, Duration timeout) throws IOException {
        Optional<InetAddress> literal = IpLiteral.parse(target.host());
        if (literal.isPresent()) {
            return literal(target, literal.get());
        }
        DnsQuestion question = new DnsQuestion(servers,
                LookupSession.builder().searchPath(searchPath).ndots(ndots).hostsFileParser(HOSTS));
        return new DnsSearch(target, hostId.find(), question, Deadline.after(timeout)).run();
    }

    /** An address leads to itself. */
    private static Resolution literal(Target target, InetAddress address) {
        if (target.port() == 0 || target.transport() == Transport.CONDUIT) {
            return Resolution.UNKNOWN;
        }
        InetSocketAddress there = new InetSocketAddress(address, target.port());
        boolean tls = target.transport() == Transport.TLS;
        return new Resolution(List.of(DnsSearch.endpoint(there, target.host(), tls)), Duration.ZERO);
    }
}
