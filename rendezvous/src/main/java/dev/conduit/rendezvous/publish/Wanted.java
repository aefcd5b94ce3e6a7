package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.resolver.ServiceTxt;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;

/** The records that one host wants for one service. */
final class Wanted {

    private static final int PRIORITY = 0;
    private static final int WEIGHT = 1;

    private Wanted() {}

    static Set<Record> records(PublishedService service, ZoneNames names, String hostId, Name zone, long ttl) {
        Set<Record> records = new LinkedHashSet<>();
        Name instance = names.at(hostId);
        records.add(new PTRRecord(names.list(hostId, zone), DClass.IN, ttl, names.service()));
        records.add(new TXTRecord(names.plain(), DClass.IN, ttl,
                new ServiceTxt(hostId, service.conduit()).strings()));
        for (InetAddress address : service.addresses()) {
            records.add(address(instance, ttl, address));
            records.add(address(names.service(), ttl, address));
        }
        service.ports().forEach(port ->
                records.add(new SRVRecord(names.plain(), DClass.IN, ttl, PRIORITY, WEIGHT, port, instance)));
        service.tlsPorts().forEach(port ->
                records.add(new SRVRecord(names.tls(), DClass.IN, ttl, PRIORITY, WEIGHT, port, instance)));
        return records;
    }

    private static Record address(Name name, long ttl, InetAddress address) {
        return address instanceof Inet4Address
                ? new ARecord(name, DClass.IN, ttl, address) : new AAAARecord(name, DClass.IN, ttl, address);
    }
}
