package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Domains;
import dev.conduit.xenstore.server.store.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What domains use of the server as text, those that use most memory first. */
final class UsageReport {

    /** Lines that fit into a reply. */
    private static final int LINES = 40;

    private final Domains domains;

    UsageReport(Domains domains) {
        this.domains = domains;
    }

    String largest() {
        return text(LINES);
    }

    String all() {
        return text(Integer.MAX_VALUE);
    }

    private String text(int lines) {
        Map<Integer, Usage> usage = domains.usage();
        long memory = usage.values().stream().mapToLong(Usage::memory).sum();
        StringBuilder text = new StringBuilder(String.format("%d domains, %d bytes\n%6s %10s %7s %7s %12s %11s\n",
                usage.size(), memory, "domain", "memory", "nodes", "watches", "transactions", "connections"));
        List<Map.Entry<Integer, Usage>> sorted = usage.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Integer, Usage> entry) -> entry.getValue().memory())
                        .reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(lines).toList();
        for (Map.Entry<Integer, Usage> entry : sorted) {
            Usage used = entry.getValue();
            text.append(String.format("%6d %10d %7d %7d %12d %11d\n", entry.getKey(), used.memory(), used.nodes(),
                    used.watches(), used.transactions(), used.connections()));
        }
        return text.toString();
    }
}
