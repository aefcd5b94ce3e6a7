package dev.conduit.bench.vchan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The figures by row and measure. */
final class Medians {

    private final Map<String, Map<String, Figure>> rows = new HashMap<>();

    Medians(List<Figure> figures) {
        for (Figure figure : figures) {
            rows.computeIfAbsent(figure.row(), any -> new HashMap<>()).put(figure.measure(), figure);
        }
    }

    /** The median, or NaN when that was not measured. */
    double get(String row, String measure) {
        Figure figure = figure(row, measure);
        return figure == null ? Double.NaN : figure.median();
    }

    /** Null when that was not measured. */
    Figure figure(String row, String measure) {
        return rows.getOrDefault(row, Map.of()).get(measure);
    }
}
