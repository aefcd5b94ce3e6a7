package dev.conduit.cli;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.listing.Listings;
import dev.conduit.rendezvous.listing.NameEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conduit names}: who has which name. */
@Command(
        name = "names",
        mixinStandardHelpOptions = true,
        description = "List the names of this host: who has each, who serves under it, requests that wait, connections.",
        footer = "Only dom0 may; on a local host that is whoever runs it.")
final class NamesCommand implements Callable<Integer> {

    private static final List<String> COLUMNS =
            List.of("name", "domain", "state", "waiting", "connections", "members");

    @Mixin
    private ListingOptions options;

    @Override
    public Integer call() throws Exception {
        options.print("names", options.list(Listings::names), COLUMNS, NamesCommand::row);
        return 0;
    }

    private static Map<String, Object> row(NameEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", entry.name());
        row.put("domain", entry.domain().map(DomainId::value).orElse(null));
        row.put("state", state(entry));
        row.put("waiting", entry.waiting());
        row.put("connections", entry.connections());
        row.put("members", entry.members());
        return row;
    }

    private static String state(NameEntry entry) {
        if (entry.domain().isEmpty()) {
            return "forged";
        }
        return entry.members().isEmpty() ? entry.listening() ? "listening" : "registered" : "shared";
    }
}
