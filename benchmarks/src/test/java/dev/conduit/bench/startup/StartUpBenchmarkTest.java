package dev.conduit.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conduit.bench.figure.Figure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without an archive, which cannot be made of the folders in the class path of a test. */
class StartUpBenchmarkTest {

    @TempDir
    private Path directory;

    @Test
    void shouldTimeEachPhase() throws Exception {
        Map<String, Double> figures = new StartUpBenchmark(1, List.of(Path.of(System.getProperty("java.home"))),
                Optional.empty(), new PrintStream(OutputStream.nullOutputStream())).run(directory).stream()
                .collect(Collectors.toMap(Figure::what, Figure::value));
        System.out.println(figures);
        String java = "Java " + Runtime.version().feature() + ": ";
        double whole = figures.remove(java + "process start to first byte");
        assertThat(figures).containsOnlyKeys(java + "JVM to main", java + "platform and XenStore connected",
                java + "first exchange with XenStore", java + "connect by name", java + "first byte");
        assertThat(figures.values()).allMatch(millis -> millis > 0);
        // Of a single start, the phases are the whole.
        assertThat(figures.values().stream().mapToDouble(Double::doubleValue).sum())
                .isBetween(0.999 * whole, 1.001 * whole);
    }

    @Test
    void shouldRefuseToStartNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StartUpBenchmark(0, List.of(directory), Optional.empty(), System.err))
                .withMessage("a benchmark of 0 starts on 1 JDKs is smaller than 1 and 1");
    }
}
