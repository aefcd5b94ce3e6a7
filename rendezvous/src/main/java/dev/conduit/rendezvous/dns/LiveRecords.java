package dev.conduit.rendezvous.dns;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Records of a name that is answered live, encoded by type. */
final class LiveRecords extends DnsAnswer {

    private record Encoded(int type, int count, byte[] bytes) {}

    private final Encoded[] sets;

    LiveRecords(Collection<? extends Record> records) {
        Map<Integer, List<Record>> byType = new TreeMap<>();
        for (Record each : records) {
            if (each.getDClass() != DClass.IN) {
                throw new IllegalArgumentException(each.getName() + " " + Type.string(each.getType()) + " has class "
                        + DClass.string(each.getDClass()) + ", not IN");
            }
            byType.computeIfAbsent(each.getType(), any -> new ArrayList<>(1)).add(each);
        }
        List<Encoded> encoded = new ArrayList<>();
        byType.forEach((type, set) -> encoded.add(new Encoded(type, set.size(),
                RrSet.encode(set, set.stream().mapToLong(Record::getTTL).min().orElseThrow()))));
        int total = encoded.stream().mapToInt(set -> set.bytes().length).sum();
        if (total > Wire.MAX_MESSAGE / 2) {
            throw new IllegalArgumentException("the records take " + total + " bytes, more than " + Wire.MAX_MESSAGE / 2);
        }
        sets = encoded.toArray(Encoded[]::new);
    }

    /** Points the view at the set of a type; false when there is none. */
    boolean find(int type, RrSet view) {
        for (Encoded set : sets) {
            if (set.type() == type) {
                view.set(set.bytes(), 0, set.bytes().length, set.count());
                return true;
            }
        }
        return false;
    }
}
