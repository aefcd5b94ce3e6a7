package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.resolver.ServiceTxt;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;

/**
 * The names of one service's records, as one host publishes them (docs/dns-updates.md).
 *
 * @param service the service's name: addresses of all its hosts
 * @param plain below it: SRV of plain ports, and one TXT record a host
 * @param tls below it: SRV of TLS ports
 */
record ZoneNames(Name service, Name plain, Name tls) {

    private static final int PARTS = 32;
    /** Bytes of a name (RFC 1035, section 2.3.4). */
    private static final int LONGEST = 255;
    private static final String HOSTS = "_conduit-host";

    /** @throws IllegalArgumentException when a name gets longer than 255 bytes */
    static ZoneNames of(Name service) {
        return new ZoneNames(service, below(ServiceTxt.PLAIN, service), below(ServiceTxt.TLS, service));
    }

    /** The service on one host: that host's addresses only, and the target of its SRV records. */
    Name at(String hostId) {
        return below(hostId, service);
    }

    /** False for a host whose records cannot be there: somebody made its TXT record up. */
    boolean fits(String hostId) {
        return service.length() + hostId.length() + 1 <= LONGEST;
    }

    /**
     * Where the service stands in the list of a host's services, as a PTR record. The list is in parts, because BIND
     * takes 100 records of one name and type (max-records-per-type) unless it is told otherwise.
     */
    Name list(String hostId, Name zone) {
        String text = service.toString(true).toLowerCase(Locale.ROOT);
        return part(hostId, zone, Math.floorMod(text.hashCode(), PARTS));
    }

    /** All parts of a host's list. */
    static List<Name> lists(String hostId, Name zone) {
        return IntStream.range(0, PARTS).mapToObj(part -> part(hostId, zone, part)).toList();
    }

    private static Name part(String hostId, Name zone, int part) {
        return below(part + "." + hostId + "." + HOSTS, zone);
    }

    private static Name below(String labels, Name parent) {
        try {
            return Name.concatenate(Name.fromString(labels), parent);
        } catch (NameTooLongException tooLong) {
            throw new IllegalArgumentException("name " + labels + "." + parent.toString(true)
                    + " is longer than DNS allows, 255 bytes");
        } catch (TextParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
