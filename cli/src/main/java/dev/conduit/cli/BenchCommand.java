package dev.conduit.cli;

import dev.conduit.bench.VchanBenchmark;
import dev.conduit.bench.chain.ChainBenchmark;
import dev.conduit.bench.directory.DirectoryBenchmark;
import dev.conduit.bench.dns.DnsBenchmark;
import dev.conduit.bench.dns.DnsReport;
import dev.conduit.bench.figure.Figure;
import dev.conduit.bench.many.ManyBenchmark;
import dev.conduit.bench.rendezvous.RendezvousBenchmark;
import dev.conduit.bench.startup.StartUpBenchmark;
import dev.conduit.bench.synjitsu.SynjitsuBenchmark;
import dev.conduit.bench.synjitsu.SynjitsuReport;
import dev.conduit.bench.xenstore.AbuseBenchmark;
import dev.conduit.bench.xenstore.Peers;
import dev.conduit.bench.xenstore.Report;
import dev.conduit.bench.xenstore.Scale;
import dev.conduit.bench.xenstore.XenStoreBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code conduit bench}: Conduit and its peers in one run, as ratios. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure parts of Conduit, beside what else there is.",
            "Conduits between two processes (vchan), the XenStore server (xenstore), the DNS server (dns); what a connect by",
            "name costs, and a thousand of them at once (rendezvous); what the directory adds to a boot with 10,000 services",
            "(directory); what the client of a service that sleeps waits for, with a front, beside systemd's socket",
            "activation where it is installed, and without (synjitsu); packets through a chain of functions (chain);",
            "a thousand conduits with one thread at each end (many); or what passes from the start of a Java process to its",
            "first byte (startup).",
        },
        footer = "Leave the machine idle meanwhile; quote the ratios, not the absolute figures.")
final class BenchCommand implements Callable<Integer> {

    /** What can be measured. */
    enum Subject {
        vchan, xenstore, rendezvous, dns, directory, synjitsu, chain, many, startup
    }

    @Parameters(index = "0", paramLabel = "WHAT", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private Subject subject;

    @Option(names = "--peers", description = "Run the others as well, and print ratios: for vchan the JDK's Unix-domain "
            + "sockets, for xenstore Debian's C xenstored and oxenstored, fetched at first use, for dns the programs "
            + "dnsmasq and knotd where they are installed.")
    private boolean peers;

    @Option(names = "--repetitions", paramLabel = "N", defaultValue = "3",
            description = "How often each is run; the median counts (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(names = "--quick", description = "Not for vchan: everything once and small, to see that it works.")
    private boolean quick;

    @Option(names = "--abuse", description = "Only for xenstore: what others notice while a guest does its worst, instead.")
    private boolean abuse;

    @Option(names = "--java", paramLabel = "HOME", description = "Only for startup, may be repeated: a JDK to start "
            + "guests on (default: the one this runs on).")
    private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

    @Option(names = "--json", paramLabel = "FILE", description = "Write the medians as JSON as well.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        Object results = switch (subject) {
            case vchan -> vchan();
            case xenstore -> xenstore();
            case dns -> dns();
            case directory -> directory();
            case rendezvous -> rendezvous();
            case synjitsu -> synjitsu();
            case chain -> figures(new ChainBenchmark(
                    List.of(checkout().resolve("samples/run").toString(), "PacketFunction"), quick ? 100_000 : 5_000_000,
                    quick ? 100 : 2000, System.err).run(folder()));
            case many -> figures(new ManyBenchmark(quick ? 200 : 1000, quick ? 1000 : 20_000,
                    Duration.ofSeconds(quick ? 2 : 10), System.err).run(folder()));
            case startup -> figures(new StartUpBenchmark(quick ? 1 : 20, homes,
                    Optional.of(checkout().resolve("scripts/class-archive")), System.err).run(folder()));
        };
        if (json != null) {
            Files.writeString(json, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                    .writeValueAsString(results) + System.lineSeparator());
        }
        return 0;
    }

    private Object dns() throws IOException, InterruptedException {
        DnsReport report = new DnsBenchmark(quick ? 1000 : 100_000, quick ? 0.5 : 4, quick ? 1 : 3 * repetitions, peers,
                System.err).run(folder());
        report.print(System.out);
        return report;
    }

    private Object directory() throws IOException, InterruptedException {
        Map<String, Double> figures = new DirectoryBenchmark(10_000, quick ? 100 : 5_000)
                .run(folder());
        figures.forEach((what, value) -> System.out.printf("%-54s %10.1f%n", what, value));
        return figures;
    }

    private Object synjitsu() throws IOException {
        SynjitsuReport report = new SynjitsuBenchmark(quick, System.err).run(folder());
        report.print(System.out);
        return report;
    }

    private Object xenstore() throws IOException, InterruptedException {
        if (abuse) {
            List<AbuseBenchmark.Row> rows =
                    new AbuseBenchmark(quick ? 100 : 3000).run(folder());
            AbuseBenchmark.print(rows, System.out);
            return rows;
        }
        Optional<Peers> others = peers ? Optional.of(Peers.fetch(checkout())) : Optional.empty();
        Report report = new XenStoreBenchmark(quick ? Scale.QUICK : Scale.FULL, quick ? 1 : repetitions, others,
                System.err).run(folder());
        report.print(System.out);
        return report;
    }

    private Object rendezvous() throws IOException, InterruptedException {
        return figures(new RendezvousBenchmark(quick ? 100 : 3000, quick ? 50 : 1000, System.err)
                .run(folder()));
    }

    private static List<Figure> figures(List<Figure> figures) {
        Figure.print(figures, System.out);
        return figures;
    }

    private static Path folder() throws IOException {
        return TemporaryFolder.create("conduit-bench");
    }

    /** The folder ./conduit stands in. */
    private static Path checkout() throws IOException {
        String launcher = System.getProperty("conduit.launcher");
        if (launcher == null) {
            throw new IOException("this runs scripts of a checkout: start it by ./conduit there");
        }
        return Path.of(launcher).toAbsolutePath().getParent();
    }

    private Object vchan() throws IOException, InterruptedException {
        Map<String, Map<String, Double>> medians = new VchanBenchmark(repetitions, peers, System.err)
                .run(folder());
        System.out.printf("%-28s %14s %14s %10s %10s%n", "between two processes", "64 B msg/s", "4 KiB msg/s", "p50 trip",
                "p99 trip");
        medians.forEach((label, row) -> System.out.printf("%-28s %14.0f %14.0f %7.0f ns %7.0f ns%n",
                label, row.get("64"), row.get("4096"), row.get("p50"), row.get("p99")));
        Map<String, Double> socket = medians.get("unix socket");
        if (socket != null) {
            System.out.println();
            System.out.println("times better than a Unix-domain socket with a write a message");
            medians.forEach((label, row) -> System.out.printf("%-28s %14.1f %14.1f %10.1f %10.1f%n",
                    label, row.get("64") / socket.get("64"), row.get("4096") / socket.get("4096"),
                    socket.get("p50") / row.get("p50"), socket.get("p99") / row.get("p99")));
        }
        return medians;
    }
}
