package dev.conduit.rendezvous.resolver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/** The order in which SRV records are tried: RFC 2782, "Usage rules". */
final class SrvOrder {

    private SrvOrder() {}

    /** By priority; within one by a draw in which each has chances by its weight. A target of "." is no service. */
    static List<SRVRecord> draw(List<SRVRecord> records, RandomGenerator random) {
        List<SRVRecord> rest = new ArrayList<>(records);
        rest.removeIf(record -> record.getTarget().equals(Name.root));
        rest.sort(Comparator.comparingInt(SRVRecord::getPriority).thenComparingInt(SRVRecord::getWeight));
        List<SRVRecord> drawn = new ArrayList<>(rest.size());
        while (!rest.isEmpty()) {
            int first = rest.get(0).getPriority();
            List<SRVRecord> equals = rest.stream().filter(record -> record.getPriority() == first).toList();
            int chosen = random.nextInt(equals.stream().mapToInt(SRVRecord::getWeight).sum() + 1);
            int sum = 0;
            for (SRVRecord record : equals) {
                sum += record.getWeight();
                if (sum >= chosen) {
                    drawn.add(record);
                    rest.remove(record);
                    break;
                }
            }
        }
        return drawn;
    }
}
