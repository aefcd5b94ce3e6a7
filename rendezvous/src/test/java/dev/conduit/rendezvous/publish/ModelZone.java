package dev.conduit.rendezvous.publish;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A zone that takes updates as RFC 2136, sections 3.2 and 3.4, says; only what the planner uses of it. */
final class ModelZone {

    private final Set<Record> records = new LinkedHashSet<>();

    void add(Record record) {
        records.removeIf(record::equals);
        records.add(record);
    }

    /** Does all of it, or nothing when a prerequisite does not hold. */
    boolean update(Message update) {
        Map<String, Set<Record>> sets = new LinkedHashMap<>();
        for (Record wanted : update.getSection(Section.PREREQ)) {
            Set<Record> there = new LinkedHashSet<>(find(wanted.getName(), wanted.getType()));
            if (wanted.getDClass() == DClass.NONE) {
                if (!there.isEmpty()) {
                    return false;
                }
            } else {
                sets.computeIfAbsent(wanted.getName() + " " + wanted.getType(), key -> new LinkedHashSet<>())
                        .add(wanted);
            }
        }
        for (Set<Record> set : sets.values()) {
            Record any = set.iterator().next();
            if (!set.equals(new LinkedHashSet<>(find(any.getName(), any.getType())))) {
                return false;
            }
        }
        for (Record change : update.getSection(Section.UPDATE)) {
            if (change.getDClass() == DClass.NONE) {
                records.remove(Record.newRecord(change.getName(), change.getType(), DClass.IN, 0,
                        change.rdataToWireCanonical()));
            } else {
                add(change);
            }
        }
        return true;
    }

    List<Record> find(Name name, int type) {
        return records.stream().filter(record -> record.getName().equals(name) && record.getType() == type).toList();
    }

    Seen look(String hostId, Name zone, ZoneNames names) {
        List<Record> seen = new ArrayList<>();
        seen.addAll(find(names.plain(), Type.TXT));
        seen.addAll(find(names.plain(), Type.SRV));
        seen.addAll(find(names.tls(), Type.SRV));
        for (Name name : List.of(names.service(), names.at(hostId))) {
            seen.addAll(find(name, Type.A));
            seen.addAll(find(name, Type.AAAA));
        }
        seen.addAll(find(names.service(), Type.CNAME));
        find(names.list(hostId, zone), Type.PTR).stream()
                .filter(record -> record.rdataToString().equals(names.service().toString())).forEach(seen::add);
        Map<String, List<Record>> others = new LinkedHashMap<>();
        for (String host : Seen.hosts(seen)) {
            if (!host.equals(hostId)) {
                List<Record> addresses = new ArrayList<>(find(names.at(host), Type.A));
                addresses.addAll(find(names.at(host), Type.AAAA));
                others.put(host, addresses);
            }
        }
        return new Seen(seen, others);
    }

    /** One line a record, without its TTL. */
    Set<String> text() {
        Set<String> lines = new TreeSet<>();
        records.forEach(record -> lines.add(
                record.getName() + " " + Type.string(record.getType()) + " " + record.rdataToString()));
        return lines;
    }
}
