package dev.conduit.bench.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.conduit.bench.xenstore.Peers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The benchmark on a small scale: that it works, and that all messages come; not how fast. */
final class VchanBenchmarkTest {

    private static final PrintStream NOWHERE = new PrintStream(PrintStream.nullOutputStream());
    private static final JavaHome JAVA = JavaHome.running();

    private Path directory;

    @BeforeEach
    void makeShortFolder() throws Exception {
        directory = Files.createTempDirectory(Path.of("/tmp"), "bench-");
    }

    @AfterEach
    void removeFolder() throws Exception {
        VchanBenchmark.delete(directory);
    }

    @Test
    void shouldMeasureConduitsBesideAllPeers() throws Exception {
        Path root = Path.of(System.getProperty("conduit.root"));
        assumeThat(CSources.canCompile()).as(CSources.MISSING).isTrue();
        assumeThat(Peers.in(root)).as("Debian's Xen libraries: run testbed/peers/fetch").isPresent();
        VchanReport report = new VchanBenchmark(1, true, List.of(JAVA), true,
                Optional.of(root.resolve(".conduit/peers/root")), NOWHERE).run(directory);
        List<String> rows = Stream.of(Kind.values()).map(kind -> new Subject(kind, JAVA).label()).toList();
        assertThat(report.figures()).extracting(Figure::row).containsAll(rows)
                .contains(References.SPINNING, References.SLEEPING);
        for (int size : Measures.SIZES) {
            assertThat(report.figures()).filteredOn(figure -> figure.measure().equals(Measures.rate(size)))
                    .extracting(Figure::row).containsExactlyInAnyOrderElementsOf(rows);
        }
        assertThat(report.figures()).allSatisfy(figure -> {
            assertThat(figure.lowest()).isNotNegative().isLessThanOrEqualTo(figure.median());
            assertThat(figure.highest()).isFinite().isGreaterThanOrEqualTo(figure.median());
        });
        assertThat(report.targets()).hasSize(22);
        assertThat(print(report)).contains("million messages/s", "zero-copy : raw ring, 64 B", "one way at 1000000/s")
                .containsAnyOf("met", "not met");
        assertThat(Chart.of(report)).startsWith("<svg").contains("Aeron IPC", "64 KiB", "</svg>");
    }

    @Test
    void shouldTellWhatIsLeftOut() throws Exception {
        VchanReport report = VchanReport.of(List.of(new Figure("conduit", Measures.rate(64), 1, 1, 1)), List.of(JAVA),
                List.of("something is left out"));
        assertThat(report.targets()).isEmpty();
        assertThat(print(report)).contains("something is left out");
    }

    @Test
    void shouldRefuseNumbersOutOfRange() {
        assertThatThrownBy(() -> new VchanBenchmark(0, true, List.of(JAVA), false, Optional.empty(), NOWHERE))
                .hasMessage("repetitions 0 is not between 1 and 99");
        assertThatThrownBy(() -> new VchanBenchmark(1, true, List.of(), false, Optional.empty(), NOWHERE))
                .hasMessage("0 Javas to run on are not at least 1");
    }

    @Test
    void shouldNoticeMessageThatIsMissing() {
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        for (int size : Measures.SIZES) {
            long sum = 0;
            for (int number = 0; number < 10; number++) {
                Message.write(buffer, 0, size, number);
                sum += Message.read(buffer, 0, size);
            }
            assertThat(sum).isEqualTo(Message.sum(size, 10)).isNotEqualTo(Message.sum(size, 9));
        }
    }

    private static String print(VchanReport report) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        report.print(new PrintStream(text, true, StandardCharsets.UTF_8));
        return text.toString(StandardCharsets.UTF_8);
    }
}
