package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.bench.chain.ChainBenchmark;
import dev.conduit.bench.figure.Figure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark checks each packet that comes out of a chain of the sample. */
@Timeout(120)
class ChainBenchmarkTest {

    @TempDir
    private Path folder;

    @Test
    void shouldMeasureChainsOfTheSample() throws Exception {
        Map<String, Double> figures = new ChainBenchmark(SampleCommand.of(PacketFunction.class), 20_000, 50,
                new PrintStream(OutputStream.nullOutputStream())).run(folder.resolve("host")).stream()
                .filter(figure -> !figure.unit().equals("Gb/s"))
                .collect(Collectors.toMap(Figure::what, Figure::value));
        System.out.println(figures);
        assertThat(figures).containsKeys("1 function, 64 B", "1 function, 1500 B", "5 functions, 64 B",
                "5 functions, 1500 B", "added by each function, p50");
        assertThat(figures.get("5 functions, one way at 1000 packets/s, p50"))
                .isGreaterThan(figures.get("1 function, one way at 1000 packets/s, p50"));
    }
}
