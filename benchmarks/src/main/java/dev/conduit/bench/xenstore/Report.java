package dev.conduit.bench.xenstore;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results as a table.
 *
 * @param figures in the order they were measured
 * @param notes a line for each thing that could not be measured
 */
public record Report(List<Figure> figures, List<String> notes) {

    static final String ALONE = "without load";
    static final String BULK = "at once";
    static final String MEMORY = "heap of the server";
    static final String MICROS = "us";
    static final String TIMES_UNLOADED = "times unloaded";
    static final String CONFLICTS = "EAGAIN";

    private static final String CONDUIT = ServerKind.CONDUIT.label();

    private record Row(String condition, String work, String unit) {
    }

    /**
     * Prints two columns a server: the median with the smallest and the largest in brackets; and, with load, how many
     * times the same server's figure without that load it is, else how many times Conduit's figure.
     *
     * @param out gets the table
     */
    public void print(PrintStream out) {
        Map<Row, Map<String, Figure>> rows = new LinkedHashMap<>();
        for (Figure figure : figures) {
            Row row = new Row(figure.condition(), figure.work(), figure.unit());
            rows.computeIfAbsent(row, any -> new LinkedHashMap<>()).put(figure.server(), figure);
        }
        List<String> servers = figures.stream().map(Figure::server).distinct().toList();
        StringBuilder head = new StringBuilder(String.format("%-50s", "median (lowest-highest)"));
        servers.forEach(server -> head.append(String.format("  %-22s %8s", server, "")));
        out.println(head.toString().stripTrailing());
        String condition = null;
        for (Map.Entry<Row, Map<String, Figure>> row : rows.entrySet()) {
            Row key = row.getKey();
            if (key.unit().equals(TIMES_UNLOADED)) {
                continue;
            }
            Map<String, Figure> ratios = rows.get(new Row(key.condition(), key.work(), TIMES_UNLOADED));
            if (!key.condition().equals(condition)) {
                condition = key.condition();
                out.printf("%n%s%s%n", condition, ratios == null ? "" : " (x: times the same server without)");
            }
            StringBuilder line = new StringBuilder(String.format("  %-48s", key.work() + ", " + key.unit()));
            servers.forEach(server -> line.append(String.format("  %-22s %8s", text(row.getValue().get(server)),
                    ratios == null ? timesConduit(row.getValue(), server) : times(ratios.get(server)))));
            out.println(line.toString().stripTrailing());
        }
        if (!notes.isEmpty()) {
            out.println();
            notes.forEach(out::println);
        }
    }

    private static String text(Figure figure) {
        if (figure == null) {
            return "-";
        }
        String text = number(figure.median());
        return figure.low() < figure.high()
                ? text + " (" + number(figure.low()) + "-" + number(figure.high()) + ")" : text;
    }

    private static String timesConduit(Map<String, Figure> row, String server) {
        Figure own = row.get(CONDUIT);
        Figure figure = row.get(server);
        boolean comparable = own != null && figure != null && own != figure && own.median() > 0;
        return comparable ? times(figure.median() / own.median()) : "";
    }

    private static String times(Figure ratio) {
        return ratio == null ? "" : times(ratio.median());
    }

    private static String times(double ratio) {
        return "x" + number(ratio);
    }

    /** Three digits that mean something. */
    private static String number(double value) {
        String format = value == Math.rint(value) || value >= 100 ? "%.0f" : value < 10 ? "%.2f" : "%.1f";
        return String.format(Locale.ROOT, format, value);
    }
}
