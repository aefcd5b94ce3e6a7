package dev.conduit.bench.many;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conduit.bench.figure.Figure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many conduits with one thread at each end; the bounds are wide, since other tests may run meanwhile. */
class ManyBenchmarkTest {

    @TempDir
    private Path directory;

    @Test
    void shouldCostLittlePerIdleConduit() throws Exception {
        Map<String, Double> figures = new ManyBenchmark(600, 500, Duration.ofSeconds(2),
                new PrintStream(OutputStream.nullOutputStream())).run(directory).stream()
                .collect(Collectors.toMap(Figure::what, Figure::value));
        System.out.println(figures);
        assertThat(figures).containsKeys("message and reply beside 10 idle conduits",
                "message and reply beside 100 idle conduits", "message and reply beside 590 idle conduits");
        assertThat(figures.get("processor time of both with 600 idle conduits")).isLessThan(10);
        assertThat(figures.get("an idle conduit, serving: heap")).isBetween(500.0, 16 * 1024.0);
        // The control page, and two rings of a page each that are mapped twice in a row.
        assertThat(figures.get("an idle conduit, serving: pages mapped")).isEqualTo(5);
        assertThat(figures.get("an idle conduit, asking: pages mapped")).isEqualTo(5);
        assertThat(figures.get("serving: threads, all together")).isLessThan(100);
    }

    @Test
    void shouldRefuseTooFewConduits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManyBenchmark(109, 1, Duration.ofSeconds(1), System.err))
                .withMessage("a benchmark of 109 conduits and 1 rounds is smaller than 110 and 1");
    }
}
