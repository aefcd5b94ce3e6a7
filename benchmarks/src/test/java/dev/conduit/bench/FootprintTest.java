package dev.conduit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connected conduit with rings of 64 KiB costs, in a JVM in which nothing else leaves its garbage. */
final class FootprintTest {

    @TempDir
    private Path directory;

    @Test
    void shouldCostLittleMemory() throws Exception {
        Process process = new ProcessBuilder(JavaCommand.of(FootprintMain.class, directory.resolve("h").toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
            String[] costs = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()
                    .split(" ");
            System.out.println("a conduit costs " + costs[0] + " bytes of shared memory and " + costs[1]
                    + " bytes of heap a side");
            assertThat(Long.parseLong(costs[0])).isBetween(2 * 65536L, 160 * 1024L);
            assertThat(Long.parseLong(costs[1])).isBetween(500L, 16 * 1024L);
        } finally {
            process.destroyForcibly();
        }
    }
}
