package dev.conduit.bench.many;

import dev.conduit.bench.figure.Figure;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two processes with many conduits between them, each with one thread for all its ends: what a message costs beside
 * ever more idle conduits, and what an idle conduit costs.
 */
public final class ManyBenchmark {

    private static final int ACTIVE = 10;
    private static final int FEWEST_IDLE = 10;
    private static final int RING = 4096;
    private static final int TRIES = 5;

    private final int conduits;
    private final int rounds;
    private final Duration idle;
    private final PrintStream progress;
    private final List<Figure> figures = new ArrayList<>();

    /**
     * Prepares a benchmark.
     *
     * @param conduits how many in the end, at least 110
     * @param rounds how often each active one is used for a figure, at least 1; as often before that to warm up
     * @param idle how long nothing is done, while processor time is counted: some seconds; half as long before that
     * @param progress gets a line a step
     * @throws IllegalArgumentException when there are fewer
     */
    public ManyBenchmark(int conduits, int rounds, Duration idle, PrintStream progress) {
        if (conduits < ACTIVE + 10 * FEWEST_IDLE || rounds < 1) {
            throw new IllegalArgumentException("a benchmark of " + conduits + " conduits and " + rounds
                    + " rounds is smaller than " + (ACTIVE + 10 * FEWEST_IDLE) + " and 1");
        }
        this.conduits = conduits;
        this.rounds = rounds;
        this.idle = idle;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param directory an empty folder for the host; what is made in it stays
     * @return the figures
     * @throws IOException when one of the processes fails
     * @throws InterruptedException when interrupted
     */
    public List<Figure> run(Path directory) throws IOException, InterruptedException {
        // The standard quotas are those of C xenstored: a domain has place for some 160 connections.
        ServerOptions unlimited = ServerOptions.defaults()
                .withQuota(Quota.NODES, 0).withQuota(Quota.NODE_SIZE, 0).withQuota(Quota.MEMORY, 0);
        try (LocalHost host = LocalHost.start(
                        LocalHostOptions.standard().withDirectory(directory).withXenStore(unlimited));
                Side echo = Side.start("serving", EchoMain.class, host.directory().toString(), Integer.toString(RING));
                Side ask = Side.start("asking", AskMain.class, host.directory().toString())) {
            ask.ask("open " + (ACTIVE + FEWEST_IDLE));
            ask.ask("rounds " + ACTIVE + " " + rounds);
            message(ask, FEWEST_IDLE);
            ask.ask("open " + 9 * FEWEST_IDLE);
            message(ask, 10 * FEWEST_IDLE);
            fill(echo, ask);
            message(ask, conduits - ACTIVE);
            rest(echo, ask);
        }
        return figures;
    }

    private void message(Side ask, int idleOnes) throws IOException {
        progress.printf("bench: messages beside %d idle conduits%n", idleOnes);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            least = Math.min(least, ask.ask("rounds " + ACTIVE + " " + rounds));
        }
        figures.add(new Figure("message and reply beside " + idleOnes + " idle conduits", least, "ns"));
    }

    private void fill(Side echo, Side ask) throws IOException {
        int more = conduits - ACTIVE - 10 * FEWEST_IDLE;
        progress.printf("bench: %d conduits more%n", more);
        long[] before = held(echo, ask);
        long begin = System.nanoTime();
        ask.ask("open " + more);
        double opening = (System.nanoTime() - begin) / 1e6 / more;
        long[] after = held(echo, ask);
        figures.add(new Figure("connect, one after the other", opening, "ms"));
        String[] labels = {"serving", "asking"};
        for (int side = 0; side < 2; side++) {
            add(labels[side] + ": heap", after[side] - before[side], more, "bytes");
            add(labels[side] + ": pages mapped", after[2 + side] - before[2 + side], more, "");
            add(labels[side] + ": descriptors", after[4 + side] - before[4 + side], more, "");
        }
        figures.add(new Figure("serving: threads, all together", echo.threads(), ""));
        figures.add(new Figure("asking: threads, all together", ask.threads(), ""));
    }

    private void add(String what, long more, int conduitsMore, String unit) {
        figures.add(new Figure("an idle conduit, " + what, (double) more / conduitsMore, unit));
    }

    private static long[] held(Side echo, Side ask) throws IOException {
        return new long[] {echo.ask("heap"), ask.ask("heap"), echo.mappedPages(), ask.mappedPages(),
            echo.descriptors(), ask.descriptors()};
    }

    private void rest(Side echo, Side ask) throws IOException, InterruptedException {
        progress.printf("bench: nothing for %d s%n", idle.toSeconds());
        // Spinning has ended by then, and so have the compilers.
        Thread.sleep(idle.toMillis() / 2);
        Duration before = echo.processorTime().plus(ask.processorTime());
        Thread.sleep(idle.toMillis());
        Duration used = echo.processorTime().plus(ask.processorTime()).minus(before);
        figures.add(new Figure("processor time of both with " + conduits + " idle conduits",
                100.0 * used.toNanos() / idle.toNanos(), "% of a processor"));
    }
}
