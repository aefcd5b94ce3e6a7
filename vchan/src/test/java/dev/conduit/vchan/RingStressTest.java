package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs the jcstress tests of this package (the classes that end in Stress) in a short mode, in JVMs of their own. */
class RingStressTest {

    private static final int TESTS = 6;

    @Test
    void shouldShowNoForbiddenOutcome() throws Exception {
        Path folder = Files.createTempDirectory("jcstress");
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.openjdk.jcstress.Main", "-t", "dev.conduit.vchan", "-r", folder.toString(),
                "-m", "quick", "-f", "1", "-iters", "2", "-time", "100", "-sc", "false", "-af", "NONE",
                "-jvmArgs", "-XX:+UseSerialGC")
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("jcstress ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output))
                .contains("Failed tests: No matches.")
                .contains("Error tests: No matches.")
                .contains("All remaining tests: " + TESTS + " matching test results.");
        delete(folder.toFile());
    }

    private static void delete(File folder) {
        for (File file : List.of(folder.listFiles())) {
            assertThat(file.delete()).isTrue();
        }
        assertThat(folder.delete()).isTrue();
    }
}
