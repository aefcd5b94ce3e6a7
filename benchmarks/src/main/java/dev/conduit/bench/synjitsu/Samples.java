package dev.conduit.bench.synjitsu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, several times each. Crosses from one process to another as a line of text a number. */
final class Samples {

    private static final String MARK = "figure";

    private record Key(String what, String unit) {}

    private final Map<Key, List<Double>> values = new LinkedHashMap<>();

    /** Says a number to the process that reads this one's output. */
    static void say(String what, String unit, double value) {
        System.out.println(String.join("\t", MARK, what, unit, Double.toString(value)));
    }

    /** Says some percentiles of durations in microseconds. */
    static void sayPercentiles(String what, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        for (int percent : new int[] {50, 99}) {
            say(String.format(Locale.ROOT, "%s, p%d", what, percent), "us", sorted[sorted.length * percent / 100] / 1e3);
        }
    }

    /** Adds a number; false when the line is none. */
    boolean read(String line) {
        String[] parts = line.split("\t");
        if (parts.length != 4 || !parts[0].equals(MARK)) {
            return false;
        }
        values.computeIfAbsent(new Key(parts[1], parts[2]), fresh -> new ArrayList<>()).add(Double.parseDouble(parts[3]));
        return true;
    }

    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        values.forEach((key, all) -> {
            List<Double> sorted = all.stream().sorted().toList();
            figures.add(new Figure(key.what(), key.unit(), sorted.size(), sorted.get(sorted.size() / 2), sorted.get(0),
                    sorted.get(sorted.size() - 1)));
        });
        return figures;
    }
}
