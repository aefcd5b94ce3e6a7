package dev.conduit.rendezvous.dns;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Collects the records of a zone, checks that they fit together, and encodes them. */
final class ZoneBuilder {

    private final Name origin;
    private final Map<Name, List<Record>> names = new HashMap<>();
    private SOARecord soa;

    ZoneBuilder(Name origin) {
        if (!origin.isAbsolute()) {
            throw new IllegalArgumentException("the name of zone '" + origin + "' does not end with a dot");
        }
        this.origin = origin;
    }

    /** Adds a record; one that is there already is no error. */
    void add(Record entry) {
        Name owner = entry.getName();
        if (!owner.subdomain(origin)) {
            throw refused(entry, "is not in the zone " + origin);
        }
        if (entry.getDClass() != DClass.IN) {
            throw refused(entry, "has class " + DClass.string(entry.getDClass()) + ", not IN");
        }
        switch (entry.getType()) {
            case Type.DNAME, Type.OPT, Type.TSIG, Type.TKEY, Type.ANY, Type.AXFR, Type.IXFR ->
                    throw refused(entry, "is of a type that is not served");
            default -> { }
        }
        if (entry instanceof SOARecord start) {
            if (!owner.equals(origin)) {
                throw refused(entry, "is not at the top of the zone " + origin);
            }
            if (soa != null && !soa.equals(start)) {
                throw refused(entry, "is the second one of the zone");
            }
            soa = start;
        }
        List<Record> records = names.computeIfAbsent(owner, any -> new ArrayList<>(1));
        if (!records.contains(entry)) {
            records.add(entry);
        }
    }

    boolean hasSoa() {
        return soa != null;
    }

    private static IllegalArgumentException refused(Record entry, String reason) {
        return new IllegalArgumentException(entry.getName() + " " + Type.string(entry.getType()) + " " + reason);
    }

    Zone build() {
        NameTable table = new NameTable();
        LookupName name = new LookupName();
        for (Name empty : emptyNames()) {
            names.put(empty, List.of());
        }
        names.forEach((owner, records) -> {
            byte[] wire = owner.toWire();
            name.read(wire, 0, wire.length);
            table.add(name, node(owner, records));
        });
        table.trim();
        long negativeTtl = Math.min(soa.getTTL(), soa.getMinimum());
        return new Zone(origin, table, RrSet.encode(List.of(soa), negativeTtl));
    }

    /** Names that own nothing but have others below them: they exist (RFC 4592 section 2.2.2). */
    private List<Name> emptyNames() {
        List<Name> empty = new ArrayList<>();
        for (Name owner : names.keySet()) {
            for (int above = 1; owner.labels() - above > origin.labels(); above++) {
                Name parent = new Name(owner, above);
                if (!names.containsKey(parent)) {
                    empty.add(parent);
                }
            }
        }
        return empty;
    }

    private byte[] node(Name owner, List<Record> records) {
        Map<Integer, List<Record>> sets = new TreeMap<>();
        records.forEach(each -> sets.computeIfAbsent(each.getType(), any -> new ArrayList<>(1)).add(each));
        if (sets.containsKey(Type.CNAME) && (sets.size() > 1 || records.size() > 1) && !onlyDnssecBeside(sets)) {
            throw new IllegalArgumentException(owner + " has a CNAME and other records");
        }
        int flags = 0;
        if (sets.containsKey(Type.NS) && !owner.equals(origin)) {
            flags |= ZoneNodes.CUT;
        }
        if (belowCut(owner)) {
            flags |= ZoneNodes.BELOW_CUT;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(flags);
        write16(body, sets.size());
        sets.forEach((type, set) -> {
            // One TTL for all (RFC 2181 section 5.2).
            byte[] data = RrSet.encode(set, set.stream().mapToLong(Record::getTTL).min().orElseThrow());
            if (data.length > Wire.MAX_MESSAGE / 2) {
                throw new IllegalArgumentException("the " + Type.string(type) + " records of " + owner + " take "
                        + data.length + " bytes, more than " + Wire.MAX_MESSAGE / 2);
            }
            write16(body, type);
            write16(body, set.size());
            write16(body, data.length);
            body.writeBytes(data);
        });
        return body.toByteArray();
    }

    private static boolean onlyDnssecBeside(Map<Integer, List<Record>> sets) {
        return sets.get(Type.CNAME).size() == 1 && sets.keySet().stream()
                .allMatch(type -> type == Type.CNAME || type == Type.RRSIG || type == Type.NSEC);
    }

    private boolean belowCut(Name owner) {
        for (int above = 1; owner.labels() - above > origin.labels(); above++) {
            List<Record> records = names.getOrDefault(new Name(owner, above), List.of());
            if (records.stream().anyMatch(each -> each.getType() == Type.NS)) {
                return true;
            }
        }
        return false;
    }

    private static void write16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
