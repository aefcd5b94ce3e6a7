package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.resolver.ServiceTxt;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;

/**
 * What the server has for one service, of all hosts.
 *
 * @param records those at the service's names, and this host's own
 * @param others for each other host that serves it, the addresses it has there
 */
record Seen(List<Record> records, Map<String, List<Record>> others) {

    /** The hosts that say they serve it. */
    static Set<String> hosts(List<Record> texts) {
        return texts.stream().flatMap(text -> host(text).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Optional<String> host(Record record) {
        return record instanceof TXTRecord text
                ? ServiceTxt.parse(text.getStringsAsByteArrays()).map(ServiceTxt::host) : Optional.empty();
    }

    private static Optional<InetAddress> address(Record record) {
        if (record instanceof ARecord four) {
            return Optional.of(four.getAddress());
        }
        return record instanceof AAAARecord six ? Optional.of(six.getAddress()) : Optional.empty();
    }

    private static Set<InetAddress> addresses(List<Record> records) {
        return records.stream().flatMap(record -> address(record).stream()).collect(Collectors.toSet());
    }

    List<Record> at(Name name) {
        return records.stream().filter(record -> record.getName().equals(name)).toList();
    }

    /**
     * The records that this host made and no other host has a share in, one by one: the sets they stand in belong to
     * all hosts. An address at the service's name is this host's when its own name has it and no other host's has.
     *
     * @param list where the host's list of services stands
     */
    Set<Record> madeBy(String hostId, ZoneNames names, Name list) {
        Name instance = names.at(hostId);
        Set<InetAddress> mine = addresses(at(instance));
        others.values().forEach(other -> mine.removeAll(addresses(other)));
        Set<Record> made = new LinkedHashSet<>(at(list));
        made.addAll(at(instance));
        for (Record record : records) {
            boolean service = record instanceof SRVRecord srv && srv.getTarget().equals(instance);
            boolean says = record.getName().equals(names.plain()) && host(record).equals(Optional.of(hostId));
            boolean leads = record.getName().equals(names.service())
                    && address(record).filter(mine::contains).isPresent();
            if (service || says || leads) {
                made.add(record);
            }
        }
        return made;
    }

    /**
     * True when something stands at the service's name that no host of Conduit's made.
     *
     * @param made what this host made
     */
    boolean isForeign(ZoneNames names, Set<Record> made) {
        boolean hosted = !hosts(at(names.plain())).isEmpty();
        return at(names.service()).stream()
                .anyMatch(record -> record instanceof CNAMERecord || !hosted && !made.contains(record));
    }
}
