package dev.conduit.bench.xenstore;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The results as a table.
 *
 * @param figures in the order they were measured
 */
public record Report(List<Figure> figures) {

    static final String ALONE = "alone";
    static final String BULK = "at once";
    static final String MEMORY = "memory";
    static final String MICROS = "us";
    static final String TIMES_UNLOADED = "x unloaded";

    private static final String CONDUIT = ServerKind.CONDUIT.label();

    private record Row(String condition, String work) {
    }

    /**
     * Prints a column a server. A cell has the median, the smallest and largest in brackets, and: without load, how many
     * times Conduit's own figure that is; with load, how many times the same server's figure without that load.
     *
     * @param out gets the table
     */
    public void print(PrintStream out) {
        Map<Row, Map<String, String>> cells = new LinkedHashMap<>();
        Set<String> servers = new LinkedHashSet<>();
        for (Figure figure : figures) {
            servers.add(figure.server());
            cells.computeIfAbsent(new Row(figure.condition(), figure.work()), any -> new LinkedHashMap<>())
                    .merge(figure.server(), cell(figure), (first, second) -> first + "  " + second);
        }
        out.printf("%-44s", "median (lowest-highest)");
        servers.forEach(server -> out.printf("  %-36s", server));
        out.println();
        String condition = null;
        for (Map.Entry<Row, Map<String, String>> row : cells.entrySet()) {
            if (!row.getKey().condition().equals(condition)) {
                condition = row.getKey().condition();
                out.println();
                out.println(condition);
            }
            out.printf("  %-42s", row.getKey().work());
            servers.forEach(server -> out.printf("  %-36s", row.getValue().getOrDefault(server, "")));
            out.println();
        }
    }

    private String cell(Figure figure) {
        if (figure.unit().equals(TIMES_UNLOADED)) {
            return String.format(Locale.ROOT, "%.2f %s", figure.median(), figure.unit());
        }
        if (figure.unit().equals("EAGAIN")) {
            return String.format(Locale.ROOT, "%.0f EAGAIN", figure.median());
        }
        String text = String.format(Locale.ROOT, "%s %s", number(figure.median()), figure.unit());
        if (figure.low() < figure.high()) {
            text += " (" + number(figure.low()) + "-" + number(figure.high()) + ")";
        }
        Figure own = own(figure);
        boolean unloaded = figures.stream().noneMatch(other -> other.condition().equals(figure.condition())
                && other.unit().equals(TIMES_UNLOADED));
        if (unloaded && own != null && !figure.server().equals(CONDUIT)) {
            text += String.format(Locale.ROOT, "  %.2f x conduit", figure.median() / own.median());
        }
        return text;
    }

    /** Conduit's own figure for the same. */
    private Figure own(Figure figure) {
        return figures.stream()
                .filter(other -> other.server().equals(CONDUIT) && other.condition().equals(figure.condition())
                        && other.work().equals(figure.work()) && other.unit().equals(figure.unit()))
                .findAny()
                .orElse(null);
    }

    /** Three digits that mean something. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
