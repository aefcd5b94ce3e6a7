package dev.conduit.cli.directory;

import dev.conduit.cli.table.Table;
import dev.conduit.rendezvous.directory.control.ControlClient;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** What the commands that show something of a directory have in common: whom they ask, and how they print it. */
final class Report {

    @Mixin
    private ControlSocket control;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** @param cells the values of a row of the answer by their columns */
    void print(Map<String, ?> request, List<String> columns, Function<JsonNode, Map<String, Object>> cells)
            throws IOException {
        List<JsonNode> rows = ControlClient.call(control.path(), request);
        if (json) {
            rows.forEach(System.out::println);
        } else {
            Table.print(columns, rows.stream().map(cells).toList(), System.out);
        }
    }

    /** Milliseconds as people read them. */
    static String time(double millis) {
        if (millis < 1000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
        }
        long seconds = Math.round(millis / 1000);
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.2f s", millis / 1000);
        }
        return seconds < 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
