package dev.conduit.rendezvous.publish;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/** Looks at one name and makes it as wanted, again when other hosts are faster. */
final class ZoneEditor {

    private static final int TRIES = 10;

    private final PublisherOptions options;
    private final ZoneClient client;

    ZoneEditor(PublisherOptions options) {
        this.options = options;
        this.client = new ZoneClient(options);
    }

    /** The services that this host has published, in this run or one before. */
    List<Name> listed() throws PublishException, InterruptedException {
        return client.query(ZoneNames.lists(options.hostId(), options.zone()).stream()
                .map(part -> ZoneClient.question(part, Type.PTR)).toList()).stream()
                .filter(PTRRecord.class::isInstance).map(record -> ((PTRRecord) record).getTarget()).toList();
    }

    /** Makes the records of a service those that are wanted; nothing is wanted of one to withdraw. */
    void apply(Name service, Optional<PublishedService> wanted) throws PublishException, InterruptedException {
        ZoneNames names = ZoneNames.of(service);
        Set<Record> records = wanted.map(what -> Wanted.records(
                what, names, options.hostId(), options.zone(), options.ttl().toSeconds())).orElse(Set.of());
        UpdatePlan plan = new UpdatePlan(options.zone(), options.hostId(), names);
        for (int tries = 1; ; tries++) {
            Optional<Update> update = plan.plan(records, look(names));
            if (update.isEmpty()) {
                return;
            }
            try {
                client.update(update.get());
                return;
            } catch (PublishException refused) {
                if (refused.kind() != PublishException.Kind.CONFLICT || tries == TRIES) {
                    throw refused;
                }
            }
        }
    }

    private Seen look(ZoneNames names) throws PublishException, InterruptedException {
        Name instance = names.at(options.hostId());
        Name list = names.list(options.hostId(), options.zone());
        List<Record> records = new ArrayList<>(client.query(List.of(
                ZoneClient.question(names.plain(), Type.TXT), ZoneClient.question(names.plain(), Type.SRV),
                ZoneClient.question(names.tls(), Type.SRV),
                ZoneClient.question(names.service(), Type.A), ZoneClient.question(names.service(), Type.AAAA),
                ZoneClient.question(instance, Type.A), ZoneClient.question(instance, Type.AAAA),
                ZoneClient.question(list, Type.PTR))));
        records.removeIf(record -> record instanceof PTRRecord entry && !entry.getTarget().equals(names.service()));
        Map<String, List<Record>> others = new LinkedHashMap<>();
        for (String host : Seen.hosts(records)) {
            if (!host.equals(options.hostId()) && names.fits(host)) {
                others.put(host, client.query(List.of(ZoneClient.question(names.at(host), Type.A),
                        ZoneClient.question(names.at(host), Type.AAAA))));
            }
        }
        return new Seen(List.copyOf(records), others);
    }
}
