package dev.conduit.cli;

import dev.conduit.cli.table.Table;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.listing.Listing;
import dev.conduit.rendezvous.listing.Listings;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What 'conduit names' and 'conduit flows' have in common: where they look, how much they show, and how. */
final class ListingOptions {

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder of the local host to look at (default: the XenStore"
            + " of $XENSTORED_PATH or of this Xen host, else the host of $CONDUIT_DIR or of this user).")
    private Path directory;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Option(names = "--most", paramLabel = "N", defaultValue = "1000",
            description = "Show the first N at most (default: ${DEFAULT-VALUE}).")
    private int most;

    /** Asks a XenStore for a list. */
    @FunctionalInterface
    interface Query<T> {
        Listing<T> run(Listings listings) throws XenStoreException;
    }

    <T> Listing<T> list(Query<T> query) throws ConduitException, XenStoreException {
        try (XenStoreClient store = connect()) {
            return query.run(new Listings(store, most));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new ConduitException("only dom0 may list names and flows, and this is a guest: "
                        + refused.getMessage(), refused);
            }
            if (refused.is("ENOENT")) {
                throw new ConduitException("XenStore has no " + Layout.FLOWS + ": dom0 must prepare it once, by"
                        + " 'conduit init' there", refused);
            }
            throw refused;
        }
    }

    private XenStoreClient connect() throws XenStoreException {
        LocalDirectory local = directory == null ? LocalDirectory.standard() : new LocalDirectory(directory);
        boolean named = System.getenv("XENSTORED_PATH") != null || System.getenv("XENSTORED_RUNDIR") != null;
        if (directory != null || !named && Files.exists(local.xenStoreSocket())) {
            return XenStoreClients.connect(local.xenStoreSocket());
        }
        return XenStoreClients.connect();
    }

    /**
     * Prints a list.
     *
     * @param rows an entry as key and value, in the order of the columns; a text or a number
     */
    <T> void print(String what, Listing<T> listing, List<String> columns, Function<T, Map<String, Object>> rows) {
        List<Map<String, Object>> all = listing.entries().stream().map(rows).toList();
        if (json) {
            Map<String, Object> report = new LinkedHashMap<>();
            report.put(what, all);
            report.put("all", listing.all());
            System.out.println(JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                    .writeValueAsString(report));
            return;
        }
        Table.print(columns, all, System.out);
        if (listing.all() > most) {
            System.out.println("and " + (listing.all() - most) + " more: --most " + listing.all() + " shows them");
        }
    }
}
