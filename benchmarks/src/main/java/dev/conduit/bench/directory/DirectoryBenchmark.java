package dev.conduit.bench.directory;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.TrafficMeter;
import dev.conduit.rendezvous.directory.config.BackOff;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.FrontSettings;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the directory adds to a boot, and what services that sleep cost: with ten thousand of them, the time from a
 * question to the call of the launcher, and to the answer with a guest that is ready at once; the time until a stampede
 * of ten thousand questions for one service is answered; the heap a service takes.
 */
public final class DirectoryBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double MICRO = 1000;

    private final int services;
    private final int boots;

    /**
     * Sets the size.
     *
     * @param services configured
     * @param boots measured, one after the other, each of another service; at most as many as there are services
     */
    public DirectoryBenchmark(int services, int boots) {
        this.services = services;
        this.boots = boots;
    }

    /**
     * Measures.
     *
     * @param folder for a local host
     * @return figures by name, whose end is the unit
     * @throws IOException when there can be no local host
     * @throws InterruptedException when the thread is interrupted
     */
    public Map<String, Double> run(Path folder) throws IOException, InterruptedException {
        LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        try (XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            store.write("/ready", "");
            return measure(store);
        } finally {
            host.close();
        }
    }

    private Map<String, Double> measure(XenStoreClient store) throws InterruptedException {
        InstantLauncher launcher = new InstantLauncher();
        long heapBefore = heap();
        try (Launchers launchers = new Launchers(null, List.of(launcher));
                Directory directory = Directory.open(configuration(), new Directory.Tools(launchers, store, Front.NONE,
                        (service, domain) -> TrafficMeter.UNKNOWN, note -> { }))) {
            double heap = (heap() - heapBefore) / (double) services;
            long[] called = new long[boots];
            long[] answered = new long[boots];
            for (int i = 0; i < boots; i++) {
                String name = "service-" + i;
                long asked = System.nanoTime();
                ask(directory, name).join();
                answered[i] = System.nanoTime() - asked;
                called[i] = launcher.calledAt(name) - asked;
            }
            Map<String, Double> figures = new LinkedHashMap<>();
            percentiles(figures, "asked to launcher called", called);
            percentiles(figures, "asked to answered, guest ready at once", answered);
            figures.put("10000 askers of one service, all answered, ms", stampede(directory) / MICRO / MICRO);
            figures.put("heap a sleeping service, bytes", heap);
            return figures;
        }
    }

    private static CompletableFuture<Outcome> ask(Directory directory, String name) {
        return directory.ask(name, Cause.CALL, "bench", PATIENCE).toCompletableFuture();
    }

    private double stampede(Directory directory) {
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            answers.add(ask(directory, "service-" + (services - 1)));
        }
        answers.forEach(CompletableFuture::join);
        return System.nanoTime() - begun;
    }

    private static void percentiles(Map<String, Double> figures, String what, long[] nanos) {
        // The first boots are those of a Java that has compiled nothing yet; they count.
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        for (int percent : new int[] {50, 99}) {
            figures.put(what + ", p" + percent + ", us",
                    sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / MICRO);
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private Configuration configuration() {
        List<ServiceSettings> all = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            String name = "service-" + i;
            all.add(new ServiceSettings(name, List.of(name + ".lab.test"), List.of(80), InstantLauncher.KIND,
                    new GuestSpec(name, List.of(), Map.of()), 0,
                    new Readiness.Key("/ready", Optional.empty(), PATIENCE), ServiceSettings.Receive.ADOPT,
                    Optional.of(Duration.ofDays(1)), Optional.empty(), StopMode.DESTROY, ServiceSettings.Times.DEFAULTS,
                    new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1)), false));
        }
        return new Configuration(Optional.empty(), new FrontSettings(FrontSettings.Kind.NONE, Optional.empty(), false),
                Limits.DEFAULTS, all);
    }
}
