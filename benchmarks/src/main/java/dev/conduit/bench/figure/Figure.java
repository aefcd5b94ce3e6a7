package dev.conduit.bench.figure;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One result.
 *
 * @param what was measured
 * @param value the number
 * @param unit of it
 */
public record Figure(String what, double value, String unit) {

    /**
     * Prints figures, a line each.
     *
     * @param figures which
     * @param out where to
     */
    public static void print(List<Figure> figures, PrintStream out) {
        figures.forEach(figure ->
                out.printf(Locale.ROOT, "%-56s %12.1f %s%n", figure.what, figure.value, figure.unit));
    }

    /**
     * Makes a figure of one of many samples.
     *
     * @param what was measured
     * @param nanos the samples, nanoseconds; at least one
     * @param percent how many of a hundred samples are below it, 0 to 99
     * @return the figure, in microseconds
     */
    public static Figure percentile(String what, long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Figure(what, sorted[(int) ((long) sorted.length * percent / 100)] / 1e3, "us");
    }
}
