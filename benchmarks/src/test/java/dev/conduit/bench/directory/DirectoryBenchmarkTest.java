package dev.conduit.bench.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryBenchmarkTest {

    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void shouldMeasureEverything() throws Exception {
        assertThat(new DirectoryBenchmark(200, 50).run(folder)).hasSize(6)
                .allSatisfy((what, value) -> assertThat(value).as(what).isPositive());
    }
}
