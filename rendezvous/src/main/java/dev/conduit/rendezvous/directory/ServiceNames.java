package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.DnsSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.dns.DnsAnswer;
import dev.conduit.rendezvous.dns.DnsSource;
import dev.conduit.rendezvous.resolver.ServiceTxt;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * What DNS says of the directory's services. Only a query for an address that the service has boots it: who asks for the
 * other kind of address, as resolvers do beside each query, or for where its conduit is, is told at once.
 */
final class ServiceNames implements DnsSource {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceNames.class);
    private static final String CONDUIT = ServiceTxt.PLAIN + ".";

    private final Directory directory;
    private final DnsSettings settings;
    private final String host;

    /** @param host the id of this host, see docs/resolver.md */
    ServiceNames(Directory directory, DnsSettings settings, String host) {
        this.directory = directory;
        this.settings = settings;
        this.host = host;
    }

    @Override
    public CompletionStage<DnsAnswer> lookup(Name name, int type) {
        String text = name.toString(true).toLowerCase(Locale.ROOT);
        boolean conduit = text.startsWith(CONDUIT);
        String asked = conduit ? text.substring(CONDUIT.length()) : text;
        Optional<ServiceSettings> service = directory.find(asked).filter(found -> found.dns().contains(asked));
        if (service.isEmpty()) {
            return CompletableFuture.completedFuture(DnsAnswer.noSuchName());
        }
        if (conduit) {
            return CompletableFuture.completedFuture(DnsAnswer.of(conduitRecords(name, service.get())));
        }
        List<InetAddress> wanted = service.get().addresses().stream().filter(address ->
                type == (address instanceof Inet4Address ? Type.A : Type.AAAA)).toList();
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(DnsAnswer.of(List.of()));
        }
        return directory.ask(text, Cause.DNS, "dns", settings.patience()).thenApply(outcome -> answer(name, wanted, outcome));
    }

    private DnsAnswer answer(Name name, List<InetAddress> wanted, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            if (failed.reason() == FailureReason.UNKNOWN) {
                return DnsAnswer.noSuchName();
            }
            LOG.info("SERVFAIL for {}: {}", name, failed.message());
            return DnsAnswer.outOfResources();
        }
        return DnsAnswer.ofAddresses(name, settings.ttl(), wanted);
    }

    private List<Record> conduitRecords(Name name, ServiceSettings service) {
        long ttl = settings.ttl().toSeconds();
        List<Record> records = new ArrayList<>();
        records.add(new TXTRecord(name, DClass.IN, ttl,
                new ServiceTxt(host, Optional.of(service.name())).strings()));
        Name target = new Name(name, ServiceTxt.PLAIN.split("\\.").length);
        for (int port : service.ports()) {
            records.add(new SRVRecord(name, DClass.IN, ttl, 0, 1, port, target));
        }
        return records;
    }
}
