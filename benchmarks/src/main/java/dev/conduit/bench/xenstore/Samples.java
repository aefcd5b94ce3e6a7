package dev.conduit.bench.xenstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, several times each; the median counts. */
final class Samples {

    /** What a sample is of; the condition is how the server was loaded. */
    record Key(String condition, String work, String unit, String server) {
    }

    private final Map<Key, List<Double>> values = new LinkedHashMap<>();

    void add(String condition, String work, String unit, String server, double value) {
        values.computeIfAbsent(new Key(condition, work, unit, server), any -> new ArrayList<>()).add(value);
    }

    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        values.forEach((key, list) -> {
            List<Double> sorted = list.stream().sorted().toList();
            figures.add(new Figure(key.condition(), key.work(), key.server(), key.unit(), sorted.get(sorted.size() / 2),
                    sorted.get(0), sorted.get(sorted.size() - 1)));
        });
        return figures;
    }
}
