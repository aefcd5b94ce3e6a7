package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Measures XenStore servers, each in a process of its own, with the same clients. The servers take turns in short
 * slices, so that a slow phase of the machine meets all of them; a loaded server takes turns with an unloaded one of
 * its kind.
 */
public final class XenStoreBenchmark {

    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final int WARM_UP_GUESTS = 100;
    private static final int OTHER_DESCRIPTORS = 500;
    private static final String ROUND_TRIPS = "libxenstore (C client)";

    private final Scale scale;
    private final int repetitions;
    private final Peers peers;
    private final List<ServerKind> kinds;
    private final PrintStream progress;
    private final Samples samples = new Samples();
    private final List<String> notes = new ArrayList<>();

    /**
     * Prepares a benchmark.
     *
     * @param scale how much of everything
     * @param repetitions how often everything is measured, 1 to 99; the median counts
     * @param peers where C xenstored and oxenstored are; empty: only the embedded server is measured
     * @param progress gets a line a step
     * @throws IllegalArgumentException when repetitions is out of range
     */
    public XenStoreBenchmark(Scale scale, int repetitions, Optional<Peers> peers, PrintStream progress) {
        if (repetitions < 1 || repetitions > 99) {
            throw new IllegalArgumentException("repetitions " + repetitions + " is not between 1 and 99");
        }
        this.scale = scale;
        this.repetitions = repetitions;
        this.peers = peers.orElse(null);
        this.kinds = peers.isPresent() ? List.of(ServerKind.values()) : List.of(ServerKind.CONDUIT);
        this.progress = progress;
    }

    /**
     * Runs everything.
     *
     * @param directory for the servers' files, with a path of at most 60 bytes; what is made in it stays
     * @return the results
     * @throws IOException when a server fails
     * @throws InterruptedException when interrupted
     */
    public Report run(Path directory) throws IOException, InterruptedException {
        requireDescriptors();
        List<Condition> conditions = new ArrayList<>(List.of(
                Condition.watches(scale.watches()),
                Condition.idleConnections(scale.fewConnections()),
                Condition.idleConnections(scale.manyConnections()),
                Condition.children(scale.children())));
        alone(directory);
        for (Condition condition : conditions) {
            loaded(condition, directory);
        }
        bulk(directory);
        manyDomains(directory);
        return new Report(samples.figures(), notes);
    }

    private void requireDescriptors() throws IOException {
        int needed = Math.max(scale.manyConnections(), scale.domains()) + OTHER_DESCRIPTORS;
        if (Descriptors.limit() < needed) {
            throw new IOException("the benchmark needs " + needed + " open files a process, the limit is "
                    + Descriptors.limit() + ": raise it by 'ulimit -Hn " + needed + "' as root");
        }
    }

    private void alone(Path directory) throws IOException, InterruptedException {
        progress.println("bench: servers without load");
        try (Holdings holdings = new Holdings()) {
            List<Probe> probes = new ArrayList<>();
            for (ServerKind kind : kinds) {
                probes.add(probe(kind, directory, holdings));
            }
            warmUp(probes, Condition.ALONE.works());
            for (Work work : Condition.ALONE.works()) {
                for (int i = 0; i < repetitions * scale.slices(); i++) {
                    for (Probe probe : probes) {
                        samples.add(Report.ALONE, work.label(), Report.MICROS, label(probe),
                                work.measure(probe, scale.sliceNanos()));
                    }
                }
            }
            if (peers != null) {
                for (int i = 0; i < repetitions; i++) {
                    for (Probe probe : probes) {
                        Libxenstore.run(peers, probe.server(), scale.libxenstoreIterations()).forEach((test, micros) ->
                                samples.add(ROUND_TRIPS, test, Report.MICROS, label(probe), micros));
                    }
                }
            }
        }
    }

    private void loaded(Condition condition, Path directory) throws IOException, InterruptedException {
        // One kind at a time: the connections to all of them at once would be more than a process may have.
        for (ServerKind kind : kinds) {
            progress.println("bench: " + condition.label() + ", " + kind.label());
            try (Holdings holdings = new Holdings()) {
                Probe free = probe(kind, directory, holdings);
                Probe loaded = probe(kind, directory, holdings);
                warmUp(List.of(free, loaded), condition.works());
                condition.load().apply(loaded, holdings);
                compare(condition.label(), condition.works(), free, loaded);
            } catch (Condition.TooSlowException e) {
                notes.add(e.getMessage());
            }
        }
    }

    /** Measures both in turns; keeps the loaded one's figures and the ratio of each pair of slices. */
    private void compare(String label, List<Work> works, Probe free, Probe loaded) throws IOException {
        for (Work work : works) {
            for (int i = 0; i < repetitions * scale.slices(); i++) {
                double without = work.measure(free, scale.sliceNanos());
                double with = work.measure(loaded, scale.sliceNanos());
                samples.add(label, work.label(), Report.MICROS, label(loaded), with);
                samples.add(label, work.label(), Report.TIMES_UNLOADED, label(loaded), with / without);
            }
        }
    }

    private void bulk(Path directory) throws IOException, InterruptedException {
        try (Holdings holdings = new Holdings()) {
            List<Probe> probes = new ArrayList<>();
            for (ServerKind kind : kinds) {
                probes.add(probe(kind, directory, holdings));
            }
            warmUp(probes, Condition.ALONE.works());
            warmUpBulk(probes.get(0));
            String removal = "remove " + scale.subtree() + " nodes";
            progress.println("bench: " + removal);
            repeat(probes, (probe, repetition) -> samples.add(Report.BULK, removal, "ms", label(probe),
                    SubtreeRemoval.measure(probe.server(), scale.subtree())));
            String listing = "list " + scale.children() + " children";
            progress.println("bench: " + listing);
            for (Probe probe : probes) {
                probe.addChildren(0, scale.children());
            }
            repeat(probes, (probe, repetition) ->
                    samples.add(Report.BULK, listing, "ms", label(probe), probe.measureListing(scale.children())));
            int before = WARM_UP_GUESTS;
            for (int guests : scale.setUps()) {
                int firstGuest = before + 1;
                before += repetitions * guests;
                String setUps = guests + " device set-ups in parallel";
                progress.println("bench: " + setUps);
                repeat(probes, (probe, repetition) -> {
                    DeviceSetUps.Outcome outcome =
                            DeviceSetUps.run(probe.server(), firstGuest + repetition * guests, guests);
                    samples.add(Report.BULK, setUps, "ms", label(probe), outcome.millis());
                    samples.add(Report.BULK, setUps, Report.CONFLICTS, label(probe), outcome.conflicts());
                });
            }
        }
    }

    /** Only a JVM gets faster: the first of the servers is the embedded one. */
    private void warmUpBulk(Probe probe) throws IOException {
        probe.addChildren(0, scale.children());
        for (int i = 0; i < scale.bulkToWarmUp(); i++) {
            probe.measureListing(scale.children());
            SubtreeRemoval.measure(probe.server(), scale.subtree());
            DeviceSetUps.run(probe.server(), 1, WARM_UP_GUESTS);
        }
    }

    /** One measurement of a server. */
    @FunctionalInterface
    private interface Measurement {

        void run(Probe probe, int repetition) throws IOException;
    }

    /** In turns; a server that takes many seconds for one is not asked again. */
    private void repeat(List<Probe> probes, Measurement measurement) throws IOException {
        List<Probe> left = new ArrayList<>(probes);
        for (int i = 0; i < repetitions; i++) {
            for (Probe probe : List.copyOf(left)) {
                long begin = System.nanoTime();
                measurement.run(probe, i);
                if (System.nanoTime() - begin > LONG_NANOS) {
                    left.remove(probe);
                }
            }
        }
    }

    private void manyDomains(Path directory) throws IOException, InterruptedException {
        String condition = scale.domains() + " domains";
        progress.println("bench: " + condition + " on a server with a heap of 512 MiB");
        try (Holdings holdings = new Holdings()) {
            Probe free = probe(ServerKind.CONDUIT, directory, holdings);
            Probe loaded = probe(ServerKind.CONDUIT, directory, holdings);
            List<Work> works = List.of(Work.READ, Work.WRITE, Work.TRANSACTION);
            warmUp(List.of(free, loaded), works);
            ManyDomains.Cost cost = new ManyDomains(loaded.server(), scale.domains(), holdings).run();
            String server = ServerKind.CONDUIT.label();
            samples.add(Report.MEMORY, "a node", "bytes", server, cost.node());
            samples.add(Report.MEMORY, "a connection", "bytes", server, cost.connection());
            samples.add(Report.MEMORY, "a watch", "bytes", server, cost.watch());
            samples.add(Report.MEMORY, "an open transaction", "bytes", server, cost.transaction());
            samples.add(Report.MEMORY, condition + ", all of the heap", "MiB", server, cost.total() / 1048576.0);
            samples.add(Report.MEMORY, condition + ", conflicts", Report.CONFLICTS, server,
                    cost.conflicts());
            compare(condition, works, free, loaded);
        }
    }

    private Probe probe(ServerKind kind, Path directory, Holdings holdings) throws IOException, InterruptedException {
        return holdings.add(new Probe(holdings.add(RunningServer.start(kind, directory, peers))));
    }

    private static String label(Probe probe) {
        return probe.server().kind().label();
    }

    private void warmUp(List<Probe> probes, List<Work> works) throws IOException {
        for (Probe probe : probes) {
            // Only a JVM gets faster; the client's is warmed up by the first of them.
            if (probe.server().kind() == ServerKind.CONDUIT) {
                Work.READS_PIPELINED.measure(probe, scale.warmUpNanos());
                Work.WRITES_PIPELINED.measure(probe, scale.warmUpNanos());
                for (Work work : works) {
                    work.measure(probe, scale.warmUpNanos());
                }
            }
        }
    }
}
