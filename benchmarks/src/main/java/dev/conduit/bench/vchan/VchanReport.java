package dev.conduit.bench.vchan;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The results.
 *
 * @param figures in the order they were measured
 * @param targets what shall be reached
 * @param notes a line for each thing that was left out
 */
public record VchanReport(List<Figure> figures, List<Target> targets, List<String> notes) {

    private static final double MILLION = 1e6;
    private static final double GIGABIT = 1e9 / 8;
    private static final double MICROS = 1e3;

    static VchanReport of(List<Figure> figures, List<JavaHome> javas, List<String> notes) {
        return new VchanReport(figures, Targets.of(new Medians(figures), javas), List.copyOf(notes));
    }

    /**
     * Prints tables: medians with the lowest and highest in brackets, ratios, and the targets.
     *
     * @param out gets them
     */
    public void print(PrintStream out) {
        List<String> sizes = Measures.SIZES.stream().map(Measures::bytes).toList();
        List<String> rates = Measures.SIZES.stream().map(Measures::rate).toList();
        table(out, "million messages/s", sizes, rates, figure -> spread(figure, MILLION));
        table(out, "Gb/s", sizes, rates, figure -> number(
                figure.median() * Measures.SIZES.get(rates.indexOf(figure.measure())) / GIGABIT));
        Medians medians = new Medians(figures);
        String first = figures.get(0).row();
        table(out, "times as fast: the first row", sizes, rates, figure ->
                number(medians.get(first, figure.measure()) / figure.median()));
        times(out, Measures.SPINNING);
        times(out, Measures.SLEEPING);
        Measures.RATES.forEach(rate -> times(out, Measures.oneWay(rate)));
        table(out, "what it takes", List.of("CPU s/GB, 64 B", "CPU s/GB, 4 KiB", "events/msg, 64 B", "calls/msg, 64 B",
                "alloc B/msg, 64 B"), List.of(Measures.processor(64), Measures.processor(4096), Measures.events(64),
                Measures.systemCalls(64), Measures.allocated(64)), figure -> number(figure.median()));
        out.println("targets");
        for (Target target : targets) {
            out.printf("  %-48s %12s  %s %-10s %s%n", target.what(), number(target.value()),
                    target.atLeast() ? ">=" : "<=", number(target.bound()), target.met() ? "met" : "not met");
        }
        notes.forEach(out::println);
    }

    private void times(PrintStream out, String times) {
        table(out, times + ", us", Measures.PERCENTILES,
                Measures.PERCENTILES.stream().map(percentile -> Measures.of(times, percentile)).toList(),
                figure -> spread(figure, MICROS));
    }

    /** A line for each row that has one of the measures. */
    private void table(PrintStream out, String title, List<String> heads, List<String> measures,
            Function<Figure, String> cell) {
        Medians medians = new Medians(figures);
        StringBuilder head = new StringBuilder(String.format("%-38s", title));
        heads.forEach(each -> head.append(String.format(" %-20s", each)));
        out.println(head.toString().stripTrailing());
        for (String row : figures.stream().map(Figure::row).distinct().toList()) {
            StringBuilder line = new StringBuilder(String.format("  %-36s", row));
            boolean any = false;
            for (String measure : measures) {
                Figure figure = medians.figure(row, measure);
                any |= figure != null;
                line.append(String.format(" %-20s", figure == null ? "-" : cell.apply(figure)));
            }
            if (any) {
                out.println(line.toString().stripTrailing());
            }
        }
        out.println();
    }

    private static String spread(Figure figure, double unit) {
        return number(figure.median() / unit) + " (" + number(figure.lowest() / unit) + "-"
                + number(figure.highest() / unit) + ")";
    }

    /** Three digits, or more before the point. */
    static String number(double value) {
        int digits = value == 0 || value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
