package dev.conduit.cli;

import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.listing.FlowEntry;
import dev.conduit.rendezvous.listing.Listings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conduit flows}: who is connected to whom. */
@Command(
        name = "flows",
        mixinStandardHelpOptions = true,
        description = {
            "List the connections by name of this host: state, server, client, bytes each way, age and idle time in seconds.",
            "Servers publish the figures after a second, then at most every ten seconds; a dash is one not published."
        },
        footer = "Only dom0 may; on a local host that is whoever runs it.")
final class FlowsCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of(
            "flow", "state", "server", "client", "domain", "to-server", "to-client", "age", "idle", "reason");

    @Mixin
    private ListingOptions options;

    @Override
    public Integer call() throws Exception {
        long now = System.currentTimeMillis() / 1000;
        options.print("flows", options.list(Listings::flows), COLUMNS, entry -> row(entry, now));
        return 0;
    }

    /** A guest's clock may be ahead of ours. */
    private static Map<String, Object> row(FlowEntry entry, long now) {
        Optional<FlowCounters> counters = entry.counters();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("flow", entry.flow());
        row.put("state", entry.state());
        row.put("server", entry.field(FlowRecord.SERVER));
        row.put("client", entry.field(FlowRecord.CLIENT));
        row.put("domain", entry.owner().value());
        row.put("to-server", counters.map(FlowCounters::toServer).orElse(null));
        row.put("to-client", counters.map(FlowCounters::toClient).orElse(null));
        row.put("age", counters.map(figures -> Math.max(0, now - figures.opened())).orElse(null));
        row.put("idle", counters.map(figures -> Math.max(0, now - figures.active())).orElse(null));
        row.put("reason", entry.field(FlowRecord.REASON));
        return row;
    }
}
