package dev.conduit.xenstore.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what several threads saw of one value can be put into one order that keeps each operation between its start
 * and its end, when every value is written once. Operations on the same value form a zone from the earliest end to the
 * latest start among them: where the end comes first something else could not come in between, so two such zones must
 * not overlap, and none of the others may lie inside one (Gibbons and Korach, Testing Shared Memories).
 */
final class Histories {

    /** A write of, or a read that gave, a value; times are those of one clock. */
    record Access(boolean write, String value, long start, long end) {
    }

    private record Zone(String value, long firstEnd, long lastStart) {

        boolean forward() {
            return firstEnd < lastStart;
        }

        long from() {
            return Math.min(firstEnd, lastStart);
        }

        long to() {
            return Math.max(firstEnd, lastStart);
        }
    }

    private Histories() {
    }

    /** Says what is impossible in the accesses to one register, or null. */
    static String problem(Collection<Access> accesses) {
        Map<String, Access> writes = new HashMap<>();
        Map<String, Zone> zones = new HashMap<>();
        for (Access access : accesses) {
            if (access.write() && writes.put(access.value(), access) != null) {
                return "value " + access.value() + " was written twice";
            }
            zones.merge(access.value(), new Zone(access.value(), access.end(), access.start()), (a, b) ->
                    new Zone(a.value(), Math.min(a.firstEnd(), b.firstEnd()), Math.max(a.lastStart(), b.lastStart())));
        }
        for (Access access : accesses) {
            Access write = writes.get(access.value());
            if (write == null || access.end() < write.start()) {
                return "value " + access.value() + " was read before it was written";
            }
        }
        return overlap(zones.values());
    }

    private static String overlap(Collection<Zone> zones) {
        List<Zone> forward = new ArrayList<>(zones.stream().filter(Zone::forward)
                .sorted(Comparator.comparingLong(Zone::from)).toList());
        for (int i = 1; i < forward.size(); i++) {
            if (forward.get(i).from() < forward.get(i - 1).to()) {
                return "value " + forward.get(i).value() + " and value " + forward.get(i - 1).value()
                        + " were each seen behind the other";
            }
        }
        for (Zone zone : zones) {
            for (Zone around : forward) {
                if (!zone.forward() && around.from() < zone.from() && zone.to() < around.to()) {
                    return "value " + zone.value() + " came and went while value " + around.value() + " was there";
                }
            }
        }
        return null;
    }
}
