package dev.conduit.xenstore.server.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What a change adds to or takes from the owners of nodes. Mostly that is one owner, and then there is no map. */
final class Charges {

    /** One owner's part. */
    static final class Charge {

        private final int domain;
        private int nodes;
        private long memory;

        private Charge(int domain) {
            this.domain = domain;
        }

        int domain() {
            return domain;
        }

        int nodes() {
            return nodes;
        }

        long memory() {
            return memory;
        }

        private void add(int moreNodes, long moreMemory) {
            nodes += moreNodes;
            memory += moreMemory;
        }
    }

    private Charge last;
    private Map<Integer, Charge> all = Map.of();

    void add(int domain, int nodes, long memory) {
        find(domain).add(nodes, memory);
    }

    private Charge find(int domain) {
        if (last == null) {
            last = new Charge(domain);
        } else if (last.domain != domain) {
            if (all.isEmpty()) {
                all = new HashMap<>();
                all.put(last.domain, last);
            }
            last = all.computeIfAbsent(domain, Charge::new);
        }
        return last;
    }

    int nodes(int domain) {
        Charge charge = existing(domain);
        return charge == null ? 0 : charge.nodes;
    }

    long memory(int domain) {
        Charge charge = existing(domain);
        return charge == null ? 0 : charge.memory;
    }

    private Charge existing(int domain) {
        return last != null && last.domain == domain ? last : all.get(domain);
    }

    void forEach(Consumer<Charge> action) {
        if (!all.isEmpty()) {
            all.values().forEach(action);
        } else if (last != null) {
            action.accept(last);
        }
    }
}
