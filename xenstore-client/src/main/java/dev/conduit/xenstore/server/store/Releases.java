package dev.conduit.xenstore.server.store;

import java.util.HashMap;
import java.util.Map;

/**
 * Domains that went while transactions are open. Rights a transaction gave to such a domain must not come to be at its
 * commit: they would be those of a later domain with the same id.
 */
final class Releases {

    private final Map<Integer, Long> byDomain = new HashMap<>();
    private int openTransactions;

    void began() {
        openTransactions++;
    }

    void ended(int count) {
        openTransactions -= count;
        if (openTransactions == 0) {
            byDomain.clear();
        }
    }

    /** @param generation number of the last change to the store, later than any before the release */
    void released(int domain, long generation) {
        if (openTransactions > 0) {
            byDomain.put(domain, generation);
        }
    }

    /** Whether the domain went after a change. */
    boolean since(long generation, int domain) {
        Long released = byDomain.get(domain);
        return released != null && released > generation;
    }
}
