package dev.conduit.bench.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryBenchmarkTest {

    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void shouldMeasureEverything() throws Exception {
        Map<String, Double> figures = new DirectoryBenchmark(200, 50).run(folder);
        // So few services are lost in what else comes and goes in the heap.
        assertThat(figures.remove("heap a sleeping service, bytes")).isNotNull();
        assertThat(figures).hasSize(5).allSatisfy((what, value) -> assertThat(value).as(what).isPositive());
    }
}
