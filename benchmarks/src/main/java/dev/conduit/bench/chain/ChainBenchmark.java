package dev.conduit.bench.chain;

import dev.conduit.bench.figure.Figure;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends IPv4 packets through a chain of functions, each a domain in a process of its own, and takes them off its end:
 * how many a second, and what a function adds to the way of one.
 */
public final class ChainBenchmark {

    private static final int FEW = 1;
    private static final int MANY = 5;
    /** The smallest packet and the largest one of an Ethernet. */
    private static final int SMALL = 64;
    private static final int LARGE = 1500;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<String> function;
    private final int packets;
    private final int probes;
    private final PrintStream progress;
    private final List<Figure> figures = new ArrayList<>();

    /**
     * Prepares a benchmark.
     *
     * @param function the command of a function, to which its own name, the next one's and a port are added
     * @param packets of 64 bytes for a rate, at least 10; as many before that to warm up; a fifth as many of 1500
     * @param probes packets for a latency, at least 1, one each millisecond; as many before that to warm up
     * @param progress gets a line a step
     * @throws IllegalArgumentException when there are fewer
     */
    public ChainBenchmark(List<String> function, int packets, int probes, PrintStream progress) {
        if (packets < 10 || probes < 1) {
            throw new IllegalArgumentException(
                    "a benchmark of " + packets + " packets and " + probes + " probes is smaller than 10 and 1");
        }
        this.function = List.copyOf(function);
        this.packets = packets;
        this.probes = probes;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param directory an empty folder for the host; what is made in it stays
     * @return the figures
     * @throws IOException when a function fails, or a packet is not as it must be
     * @throws InterruptedException when interrupted
     */
    public List<Figure> run(Path directory) throws IOException, InterruptedException {
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory))) {
            double few = measure(host, FEW);
            double many = measure(host, MANY);
            figures.add(new Figure("added by each function, p50", (many - few) / (MANY - FEW), "us"));
        }
        return figures;
    }

    /** Returns the median latency of a chain, in microseconds. */
    private double measure(LocalHost host, int functions) throws IOException, InterruptedException {
        String label = functions + (functions == 1 ? " function, " : " functions, ");
        try (Chain chain = Chain.start(host.directory().path(), function, functions)) {
            rate(chain, label, SMALL, packets);
            rate(chain, label, LARGE, packets / 5);
            progress.printf("bench: %s%d packets, one each ms%n", label, probes);
            chain.carry(SMALL, probes, PAUSE_NANOS);
            long[] delays = chain.carry(SMALL, probes, PAUSE_NANOS);
            Figure median = Figure.percentile(label + "one way at 1000 packets/s, p50", delays, 50);
            figures.add(median);
            figures.add(Figure.percentile(label + "one way at 1000 packets/s, p99", delays, 99));
            return median.value();
        }
    }

    private void rate(Chain chain, String label, int size, int count) throws IOException, InterruptedException {
        progress.printf("bench: %s%d packets of %d bytes%n", label, count, size);
        chain.carry(size, count, 0);
        long begin = System.nanoTime();
        chain.carry(size, count, 0);
        double perSecond = count * 1e9 / (System.nanoTime() - begin);
        figures.add(new Figure(label + size + " B", perSecond, "packets/s"));
        figures.add(new Figure(label + size + " B", perSecond * size * 8 / 1e9, "Gb/s"));
    }
}
