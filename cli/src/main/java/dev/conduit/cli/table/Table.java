package dev.conduit.cli.table;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Columns as wide as what is in them; a cell without a value is a dash, numbers stand at the right. */
public final class Table {

    private Table() {}

    /**
     * Prints a table.
     *
     * @param columns the keys, which in capitals are the heads
     * @param rows a value for each key: a number, a list, or a text; null or none is a dash
     * @param out where to
     */
    public static void print(List<String> columns, List<Map<String, Object>> rows, PrintStream out) {
        StringBuilder format = new StringBuilder();
        for (String column : columns) {
            int width = rows.stream().mapToInt(row -> cell(row.get(column)).length()).max().orElse(0);
            boolean numbers = rows.stream().anyMatch(row -> row.get(column) instanceof Number);
            format.append(format.isEmpty() ? "" : "  ").append(numbers ? "%" : "%-")
                    .append(Math.max(width, column.length())).append('s');
        }
        out.println(String.format(format.toString(), columns.stream().map(column -> column.toUpperCase(
                Locale.ROOT)).toArray()).stripTrailing());
        rows.forEach(row -> out.println(String.format(format.toString(),
                columns.stream().map(column -> cell(row.get(column))).toArray()).stripTrailing()));
    }

    private static String cell(Object value) {
        String text = value instanceof Collection<?> several
                ? several.stream().map(Object::toString).collect(Collectors.joining(","))
                : Objects.toString(value, "");
        return text.isEmpty() ? "-" : text;
    }
}
