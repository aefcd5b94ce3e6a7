package dev.conduit.bench.vchan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the repetitions showed, in the order of its coming. */
final class Samples {

    private record Cell(String row, String measure) {}

    private final Map<Cell, List<Double>> values = new LinkedHashMap<>();

    void add(String row, String measure, double value) {
        values.computeIfAbsent(new Cell(row, measure), any -> new ArrayList<>()).add(value);
    }

    List<Figure> figures() {
        return values.entrySet().stream().map(cell -> {
            List<Double> sorted = cell.getValue().stream().sorted().toList();
            return new Figure(cell.getKey().row(), cell.getKey().measure(), sorted.get(sorted.size() / 2), sorted.get(0),
                    sorted.get(sorted.size() - 1));
        }).toList();
    }
}
