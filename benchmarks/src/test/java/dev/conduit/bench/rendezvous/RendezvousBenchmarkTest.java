package dev.conduit.bench.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conduit.bench.figure.Figure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connect asks of XenStore is stated in docs/rendezvous.md, and must not grow unnoticed. */
class RendezvousBenchmarkTest {

    @TempDir
    private Path directory;

    @Test
    void shouldCountWhatAConnectAsksOfXenStore() throws Exception {
        Map<String, Double> figures = new RendezvousBenchmark(
                100, 50, new PrintStream(OutputStream.nullOutputStream())).run(directory).stream()
                .collect(Collectors.toMap(Figure::what, Figure::value));
        System.out.println(figures);
        assertThat(figures.get("client: exchanges with XenStore a connect")).isBetween(6.0, 9.0);
        assertThat(figures.get("server: exchanges with XenStore a connect")).isBetween(9.0, 14.0);
        assertThat(figures).containsKeys("connect to first byte, median", "connect to first byte, 99th of 100",
                "50 connects of 10 domains at once");
    }

    @Test
    void shouldRefuseTooFewConnects() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RendezvousBenchmark(99, 1, System.err))
                .withMessage("a benchmark of 99 connects and 1 at once is smaller than 100 and 1");
    }
}
