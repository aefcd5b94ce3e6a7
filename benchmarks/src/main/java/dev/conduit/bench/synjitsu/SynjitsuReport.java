package dev.conduit.bench.synjitsu;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured.
 *
 * @param figures all, medians with their spread
 * @param ratios of figures, by what they say
 * @param notes what was left out, and why
 */
public record SynjitsuReport(List<Figure> figures, Map<String, Double> ratios, List<String> notes) {

    private static final String FIRST_BYTE = "first byte after a boot of ";
    private static final String OURS = "front that hands over";

    static SynjitsuReport of(List<Figure> figures, List<String> notes) {
        Map<String, Double> medians = new LinkedHashMap<>();
        figures.forEach(figure -> medians.put(figure.what(), figure.median()));
        Map<String, Double> ratios = new LinkedHashMap<>();
        medians.forEach((what, median) -> {
            if (what.startsWith("throughput, adopted")) {
                ratios.put(what + ", of a direct one", median / medians.get(what.replace("adopted", "direct")));
            } else if (what.startsWith(FIRST_BYTE) && !what.contains(OURS) && !what.contains("first of")) {
                String boot = what.substring(0, what.indexOf(',') + 2);
                Double ours = medians.get(boot + OURS);
                if (ours != null) {
                    ratios.put(what + ", times the " + OURS, median / ours);
                }
            }
        });
        return new SynjitsuReport(figures, ratios, notes);
    }

    /**
     * Prints tables.
     *
     * @param out where to
     */
    public void print(PrintStream out) {
        out.printf(Locale.ROOT, "%-88s %12s %12s %12s  %s%n", "", "median", "low", "high", "unit");
        for (Figure figure : figures) {
            out.printf(Locale.ROOT, "%-88s %12s %12s %12s  %s%n", figure.what(), text(figure.median()), text(figure.low()),
                    text(figure.high()), figure.unit());
        }
        ratios.forEach((what, value) -> out.printf(Locale.ROOT, "%-88s %12.3f%n", what, value));
        notes.forEach(out::println);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value < 1000 ? "%,.2f" : "%,.0f", value);
    }
}
