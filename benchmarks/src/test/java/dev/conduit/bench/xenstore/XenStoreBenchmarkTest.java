package dev.conduit.bench.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every step of the benchmark on a small scale: that it works, not how long it takes. */
final class XenStoreBenchmarkTest {

    @RegisterExtension
    final ShortDirectory directory = new ShortDirectory();

    @Test
    void shouldMeasureEmbeddedServer() throws Exception {
        Report report = run(Optional.empty());
        assertThat(report.figures()).extracting(Figure::server).containsOnly("conduit");
        check(report, List.of("conduit"));
    }

    @Test
    void shouldMeasurePeersBesideIt() throws Exception {
        Optional<Peers> peers = Peers.in(Path.of(System.getProperty("conduit.root")));
        assumeTrue(peers.isPresent(), "Debian's XenStore daemons are not here: run testbed/peers/fetch");
        Report report = run(peers);
        check(report, List.of("conduit", "C xenstored", "oxenstored"));
        assertThat(report.figures()).filteredOn(figure -> figure.condition().startsWith("libxenstore"))
                .hasSizeGreaterThanOrEqualTo(30);
    }

    private Report run(Optional<Peers> peers) throws Exception {
        return new XenStoreBenchmark(Scale.QUICK, 1, peers, new PrintStream(PrintStream.nullOutputStream()))
                .run(directory.path());
    }

    private static void check(Report report, List<String> servers) {
        assertThat(report.figures()).allSatisfy(figure -> {
            assertThat(figure.low()).isLessThanOrEqualTo(figure.median());
            assertThat(figure.high()).isGreaterThanOrEqualTo(figure.median());
            if (!figure.unit().equals(Report.CONFLICTS)) {
                assertThat(figure.low()).as(figure.toString()).isPositive();
            }
        });
        for (String server : servers) {
            assertThat(works(report, server, Report.ALONE))
                    .containsExactly("read", "write", "read-write transaction", "read, 100 pipelined",
                            "write, 100 pipelined");
            for (String load : List.of("200 unrelated watches", "20 idle connections", "100 idle connections")) {
                assertThat(works(report, server, load)).as(load)
                        .containsExactly("read", "write", "read-write transaction");
            }
        }
        assertThat(report.figures())
                .filteredOn(figure -> figure.unit().equals(Report.CONFLICTS) && figure.server().equals("conduit"))
                .hasSize(3)
                .allSatisfy(figure -> assertThat(figure.high()).isZero());
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        report.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8)).contains(servers).contains("a node, bytes");
    }

    private static List<String> works(Report report, String server, String condition) {
        return report.figures().stream()
                .filter(figure -> figure.server().equals(server) && figure.condition().equals(condition)
                        && figure.unit().equals("us"))
                .map(Figure::work)
                .toList();
    }
}
