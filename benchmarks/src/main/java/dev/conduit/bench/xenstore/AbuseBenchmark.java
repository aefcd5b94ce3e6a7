package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures what others notice while a guest does its worst to the embedded server: reads and writes of domain 0 and of
 * another guest, and transactions of domain 0 over what the hostile guest writes. Hostile guest and bystanders share the
 * processors with the server, so some of what is noticed is not the server's doing: to tell it apart, each abuse is done
 * to another server on the same machine as well.
 */
public final class AbuseBenchmark {

    private static final int HOSTILE = 5;
    private static final int HONEST = 6;
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * What was noticed, in microseconds.
     *
     * @param abuse what the guest did; empty for nothing
     * @param callMedian of reads and writes
     * @param callP99 of reads and writes
     * @param transactionMedian of domain 0's transactions
     * @param transactionP99 of domain 0's transactions
     * @param callP99Elsewhere of reads and writes while the guest did it to another server
     * @param transactionP99Elsewhere of domain 0's transactions meanwhile
     */
    public record Row(String abuse, double callMedian, double callP99, double transactionMedian, double transactionP99,
            double callP99Elsewhere, double transactionP99Elsewhere) {
    }

    private final long nanos;

    /**
     * Prepares.
     *
     * @param millis how long each abuse lasts
     */
    public AbuseBenchmark(int millis) {
        nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /**
     * Runs every abuse, one after the other.
     *
     * @param directory for the server's files, with a path of at most 60 bytes
     * @return the first without abuse; there the figures of elsewhere are its own
     * @throws IOException when a bystander's call fails or has a wrong result
     * @throws InterruptedException when interrupted
     */
    public List<Row> run(Path directory) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        try (RunningServer server = RunningServer.start(ServerKind.CONDUIT, directory, null);
                RunningServer elsewhere = RunningServer.start(ServerKind.CONDUIT, directory, null);
                Bystanders bystanders = bystanders(server);
                Bystanders others = bystanders(elsewhere)) {
            bystanders.work(WARM_UP_NANOS);
            others.work(WARM_UP_NANOS);
            Bystanders.Times quiet = bystanders.work(nanos);
            rows.add(row("", quiet, quiet));
            for (Abuse abuse : Abuse.values()) {
                rows.add(row(abuse.label(), during(abuse, server, bystanders), during(abuse, elsewhere, bystanders)));
            }
        }
        return rows;
    }

    /** Opens the sockets of both guests as well. */
    private static Bystanders bystanders(RunningServer server) throws IOException {
        Path honest = server.socket().resolveSibling("honest");
        server.ask("listen " + HOSTILE + " " + hostile(server));
        server.ask("listen " + HONEST + " " + honest);
        return new Bystanders(server.socket(), honest, HOSTILE, HONEST);
    }

    private static Path hostile(RunningServer server) {
        return server.socket().resolveSibling("hostile");
    }

    private Bystanders.Times during(Abuse abuse, RunningServer server, Bystanders bystanders) throws IOException {
        try (Attack attack = Attack.start(abuse, hostile(server))) {
            Bystanders.Times times = bystanders.work(nanos);
            if (!attack.works()) {
                throw new IOException("nothing came of the abuse '" + abuse.label() + "'");
            }
            return times;
        }
    }

    private static Row row(String abuse, Bystanders.Times times, Bystanders.Times elsewhere) {
        return new Row(abuse, Bystanders.Times.micros(times.calls(), 50), Bystanders.Times.micros(times.calls(), 99),
                Bystanders.Times.micros(times.transactions(), 50), Bystanders.Times.micros(times.transactions(), 99),
                Bystanders.Times.micros(elsewhere.calls(), 99),
                Bystanders.Times.micros(elsewhere.transactions(), 99));
    }

    /**
     * Prints a table.
     *
     * @param rows as {@link #run} gives them
     * @param out gets the table
     */
    public static void print(List<Row> rows, PrintStream out) {
        out.printf("%-30s %10s %10s %11s %8s   %12s %12s %11s %8s%n", "a guest, meanwhile others' us", "call p50",
                "call p99", "elsewhere", "x", "dom0 tx p50", "dom0 tx p99", "elsewhere", "x");
        for (Row row : rows) {
            out.printf(Locale.ROOT, "%-30s %10.0f %10.0f %11.0f %8.1f   %12.0f %12.0f %11.0f %8.1f%n",
                    row.abuse().isEmpty() ? "none" : row.abuse(), row.callMedian(), row.callP99(),
                    row.callP99Elsewhere(), row.callP99() / row.callP99Elsewhere(), row.transactionMedian(),
                    row.transactionP99(), row.transactionP99Elsewhere(),
                    row.transactionP99() / row.transactionP99Elsewhere());
        }
    }
}
