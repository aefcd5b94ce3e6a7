package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.DnsSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.dns.DnsOptions;
import dev.conduit.rendezvous.dns.DnsServer;
import dev.conduit.rendezvous.dns.Zone;
import dev.conduit.rendezvous.publish.DnsPublisher;
import dev.conduit.rendezvous.publish.PublishedService;
import dev.conduit.rendezvous.publish.PublisherOptions;
import dev.conduit.rendezvous.publish.TsigKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;

/**
 * The DNS of a directory: a server that answers for its services and boots them, and a publisher that keeps them in the
 * site's own DNS. Thread-safe.
 */
public final class ServiceDns implements AutoCloseable {

    private final Directory directory;
    private final DnsSettings settings;
    private final String host;
    private final DnsServer server;
    private final Optional<DnsPublisher> publisher;
    private Set<String> published = Set.of();

    private ServiceDns(Directory directory, DnsSettings settings, String host) throws IOException {
        this.directory = directory;
        this.settings = settings;
        this.host = host;
        Optional<PublisherOptions> options = settings.update().isEmpty() ? Optional.empty()
                : Optional.of(publisherOptions(settings, settings.update().get(), host));
        server = DnsServer.start(zones(DnsOptions.defaults().withListen(List.of(settings.listen()))
                .withForwarders(settings.forward()).withSourceDeadline(settings.patience().plusMillis(200))));
        directory.addCounters("dns", server::counters);
        publisher = options.map(known -> DnsPublisher.start(known, services()));
        published = names();
    }

    /**
     * Starts what the directory's configuration says.
     *
     * @param directory whose services; stays open for as long as this is
     * @param settings of its configuration
     * @param host the id of this host among those of the site, see docs/resolver.md
     * @return it, which answers from now on
     * @throws IOException when it cannot listen, or a key file cannot be read
     * @throws IllegalArgumentException when a service's name is not in the zone, or the key is none; the message says which
     */
    public static ServiceDns start(Directory directory, DnsSettings settings, String host) throws IOException {
        return new ServiceDns(directory, settings, host);
    }

    private static PublisherOptions publisherOptions(DnsSettings settings, DnsSettings.Update update, String host)
            throws IOException {
        TsigKey key = update.key().contains(":") ? TsigKey.parse(update.key()) : TsigKey.read(Path.of(update.key()));
        return PublisherOptions.of(update.server(), settings.zone(), key, host).withTtl(settings.ttl());
    }

    /**
     * Returns where it listens.
     *
     * @return addresses with their ports
     */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** Takes over the services of the directory's configuration as it is now; what the DNS part says counts at the start. */
    public synchronized void follow() {
        server.serve(zones(DnsOptions.defaults()));
        Set<String> now = names();
        publisher.ifPresent(known -> {
            published.stream().filter(name -> !now.contains(name)).forEach(known::withdraw);
            services().forEach(known::publish);
        });
        published = now;
    }

    private DnsOptions zones(DnsOptions options) {
        Name origin = name(settings.zone());
        DnsOptions all = options.withZone(Zone.of(origin, List.of()), new ServiceNames(directory, settings, host));
        for (Map.Entry<Name, List<Record>> address : pointers().entrySet()) {
            all = all.withZone(Zone.of(address.getKey(), address.getValue()));
        }
        return all;
    }

    /** Each address is a zone of its own: what else is in the network around it is for others to say. */
    private Map<Name, List<Record>> pointers() {
        Map<Name, List<Record>> pointers = new LinkedHashMap<>();
        for (ServiceSettings service : directory.configuration().services()) {
            for (InetAddress address : service.addresses()) {
                Name reverse = ReverseMap.fromAddress(address);
                service.dns().forEach(dns -> pointers.computeIfAbsent(reverse, absent -> new ArrayList<>())
                        .add(new PTRRecord(reverse, DClass.IN, settings.ttl().toSeconds(), name(dns))));
            }
        }
        return pointers;
    }

    private List<PublishedService> services() {
        List<PublishedService> services = new ArrayList<>();
        for (ServiceSettings service : directory.configuration().services()) {
            service.dns().forEach(dns -> services.add(new PublishedService(
                    dns, Optional.of(service.name()), service.addresses(), service.ports(), List.of())));
        }
        return services;
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        directory.configuration().services().forEach(service -> names.addAll(service.dns()));
        return names;
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException("'" + text + "' is no DNS name: " + wrong.getMessage());
        }
    }

    /** Withdraws what it published, and stops answering. Idempotent; blocks for some seconds at most. */
    @Override
    public void close() {
        publisher.ifPresent(DnsPublisher::close);
        server.close();
    }
}
