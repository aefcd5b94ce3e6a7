package dev.conduit.rendezvous.directory.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which services are kept up in advance: of those that may be, the ones asked for most recently, as many as the pool
 * holds. Before any was asked for, the first of the configuration.
 */
final class Prewarming {

    private final LinkedHashSet<Service> kept = new LinkedHashSet<>();
    private int size;

    /** A new configuration: who is kept already and still may be goes before the others. */
    void configure(List<Service> candidates, int most) {
        Set<Service> allowed = new LinkedHashSet<>(candidates);
        List<Service> earlier = kept.stream().filter(allowed::contains).toList();
        kept.clear();
        kept.addAll(earlier.subList(Math.max(0, earlier.size() - most), earlier.size()));
        candidates.stream().filter(service -> !kept.contains(service)).limit(Math.max(0, most - kept.size()))
                .toList().forEach(kept::add);
        size = most;
    }

    /** One that may be kept up was asked for. */
    void asked(Service service) {
        if (size > 0) {
            kept.remove(service);
            kept.add(service);
            if (kept.size() > size) {
                kept.remove(kept.iterator().next());
            }
        }
    }

    boolean keeps(Service service) {
        return kept.contains(service);
    }

    List<Service> kept() {
        return List.copyOf(kept);
    }
}
