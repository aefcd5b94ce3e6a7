package dev.conduit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Shows by JMH's allocation profiler that the data path allocates nothing. */
final class AllocationTest {

    /** What JMH's own harness may add to an operation; one object would be 16 bytes. */
    private static final double NOTHING = 1.0;

    @Test
    void shouldNotAllocateForMessage() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(DataPathBenchmark.class.getSimpleName())
                        .forks(1)
                        .jvmArgsAppend("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"))
                        .warmupIterations(2)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(500))
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertThat(results).hasSize(4);
        for (RunResult result : results) {
            assertThat(result.getSecondaryResults().get("gc.alloc.rate.norm").getScore())
                    .as("bytes allocated by %s with %s", result.getParams().getBenchmark(),
                            result.getParams().getParam("size"))
                    .isLessThan(NOTHING);
        }
    }
}
