package dev.conduit.bench.dns;

import java.io.PrintStream;
import java.util.List;

/**
 * The results.
 *
 * @param names how many names each server had
 * @param rows a row a server
 */
public record DnsReport(int names, List<Row> rows) {

    /**
     * A server's medians.
     *
     * @param server which
     * @param perSecond answers a second, as fast as it can
     * @param lowest of the slices
     * @param highest of the slices
     * @param p99Micros 99 of 100 answers took less, at the same fixed rate for each server; microseconds
     * @param lost queries without an answer, in all slices
     * @param timesPerSecond median of its rate over that of the first server in the same round
     */
    public record Row(String server, double perSecond, double lowest, double highest, double p99Micros, long lost,
            double timesPerSecond) {}

    /**
     * Prints a table.
     *
     * @param out gets it
     */
    public void print(PrintStream out) {
        out.printf("%-24s %12s %24s %10s %8s %8s%n", names + " names", "answers/s", "(lowest-highest)", "p99", "lost",
                "times");
        for (Row row : rows) {
            out.printf("%-24s %12.0f %24s %7.0f us %8d %8.2f%n", row.server(), row.perSecond(),
                    String.format("(%.0f-%.0f)", row.lowest(), row.highest()), row.p99Micros(), row.lost(),
                    row.timesPerSecond());
        }
    }
}
