package dev.conduit.bench.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark on a small scale: that it works, and that dnsperf gets answers only; not how fast. */
final class DnsBenchmarkTest {

    private static final PrintStream NOWHERE = new PrintStream(PrintStream.nullOutputStream());

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureBothKindsOfNamesAndPeers() throws Exception {
        for (ServerKind kind : ServerKind.values()) {
            Optional<String> missing = kind.missing();
            assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        }
        Optional<String> missing = DnsPerf.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        DnsReport report = new DnsBenchmark(500, 0.3, 1, true, NOWHERE).run(directory);
        assertThat(report.rows()).extracting(DnsReport.Row::server)
                .containsExactly("conduit, zone file", "conduit, live names", "dnsmasq", "Knot");
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.perSecond()).isPositive();
            assertThat(row.p99Micros()).isPositive();
            assertThat(row.timesPerSecond()).isPositive();
        });
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        report.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8)).contains("500 names", "Knot", "dnsmasq");
    }

    @Test
    void shouldServeHundredThousandNamesFrom256MegabytesOfHeap() throws Exception {
        assertThat(ServerKind.HEAP_MEGABYTES).isEqualTo(256);
        NameFiles files = NameFiles.write(directory, 100_000);
        for (ServerKind kind : List.of(ServerKind.ZONE, ServerKind.LIVE)) {
            try (RunningServer server = RunningServer.start(kind, directory, files)) {
                assertThat(server.port()).as("answers there").isPositive();
            }
        }
    }

    @Test
    void shouldRefuseNumbersOutOfRange() {
        assertThatThrownBy(() -> new DnsBenchmark(0, 1, 1, false, NOWHERE)).hasMessageContaining("names 0 is not between");
        assertThatThrownBy(() -> new DnsBenchmark(1, 0, 1, false, NOWHERE)).hasMessageContaining("seconds 0.0 is not");
        assertThatThrownBy(() -> new DnsBenchmark(1, 1, 0, false, NOWHERE)).hasMessageContaining("rounds 0 is not");
    }

    @Test
    void shouldWriteTheSameNamesForAll() throws Exception {
        NameFiles files = NameFiles.write(directory, 300);
        assertThat(Files.readAllLines(files.queries())).hasSize(300).contains("service-299.bench.test A");
        assertThat(Files.readAllLines(files.hosts())).hasSize(300)
                .contains("10.0.1.43 service-299.bench.test");
        assertThat(List.of(Files.readString(files.zone()))).allMatch(text -> text.contains("service-299 A 10.0.1.43"));
    }
}
