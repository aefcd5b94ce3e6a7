package dev.conduit.cli;

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
import dev.conduit.bench.vchan.Chart;
import dev.conduit.bench.vchan.JavaHome;
import dev.conduit.bench.vchan.VchanBenchmark;
import dev.conduit.bench.vchan.VchanReport;
import dev.conduit.bench.xenstore.AbuseBenchmark;
import dev.conduit.bench.xenstore.Peers;
import dev.conduit.bench.xenstore.Report;
import dev.conduit.bench.xenstore.Scale;
import dev.conduit.bench.xenstore.XenStoreBenchmark;
import dev.conduit.core.local.XenStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final String LAUNCHER = "conduit.launcher";

    /** What can be measured. */
    enum Subject {
        vchan, xenstore, rendezvous, dns, directory, synjitsu, chain, many, startup
    }

    @Parameters(index = "0", paramLabel = "WHAT", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private Subject subject;

    @Option(names = "--peers", description = "Run the others as well, and print ratios: for vchan C libxenvchan, Aeron, "
            + "sockets and a ring without checks, for xenstore Debian's C xenstored and oxenstored, for dns the programs "
            + "dnsmasq and knotd where they are installed. What is Debian's Xen is fetched at first use.")
    private boolean peers;

    @Option(names = "--repetitions", paramLabel = "N", defaultValue = "3",
            description = "How often each is run; the median counts (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(names = "--quick", description = "Everything once and small, to see that it works.")
    private boolean quick;

    @Option(names = "--abuse", description = "Only for xenstore: what others notice while a guest does its worst, instead.")
    private boolean abuse;

    @Option(names = "--java", paramLabel = "RELEASE", defaultValue = "both",
            description = "Only for vchan and startup: run on Java 17, 25 or both (default: ${DEFAULT-VALUE}).")
    private String java;

    @Option(names = "--chart", paramLabel = "FILE", description = "Only for vchan: draw the medians as SVG as well.")
    private Path chart;

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
            case startup -> figures(new StartUpBenchmark(quick ? 1 : 20, javas().stream().map(JavaHome::home).toList(),
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
        String launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            throw new IOException("this runs scripts of a checkout: start it by ./conduit there");
        }
        return Path.of(launcher).toAbsolutePath().getParent();
    }

    private Object vchan() throws IOException, InterruptedException {
        List<JavaHome> javas = javas();
        boolean inC = peers && XenStandIn.unavailable() == null;
        if (inC) {
            Peers.fetch(checkout());
        }
        VchanReport report = new VchanBenchmark(quick ? 1 : repetitions, quick, javas, peers,
                inC ? Optional.of(checkout().resolve(".conduit/peers/root")) : Optional.empty(), System.err)
                .run(folder());
        report.print(System.out);
        if (chart != null) {
            Files.writeString(chart, Chart.of(report));
        }
        return report;
    }

    /** The JDKs that ./conduit would find, the newest first; started otherwise, this one. */
    private List<JavaHome> javas() throws IOException, InterruptedException {
        if (!List.of("17", "25", "both").contains(java)) {
            throw new IllegalArgumentException("--java " + java + " is not 17, 25 or both");
        }
        if (System.getProperty(LAUNCHER) == null) {
            return List.of(JavaHome.running());
        }
        List<JavaHome> found = new ArrayList<>();
        for (int[] releases : new int[][] {{25, 99}, {17, 17}}) {
            String wanted = Integer.toString(releases[0]);
            if (java.equals("both") || java.equals(wanted)) {
                Optional<JavaHome> home = JavaHome.find(checkout(), releases[0], releases[1]);
                home.ifPresentOrElse(found::add, () -> System.err.println("bench: no JDK " + wanted + " here"));
            }
        }
        if (found.isEmpty()) {
            throw new IOException("no JDK " + java + " was found (looked at JAVA_HOME, PATH and /usr/lib/jvm)");
        }
        return found;
    }
}
