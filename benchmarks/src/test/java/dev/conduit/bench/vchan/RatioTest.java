package dev.conduit.bench.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Small messages through a conduit beside the same through a ring without checks, in the same seconds: it notices when
 * the data path becomes several times slower, on whatever machine, however loaded.
 */
final class RatioTest {

    private static final double LEAST = 0.25;
    private static final int SIZE = 64;
    private static final int FEWEST_SLICES = 4;
    /** What a machine that has other things to do may need until both had both processors for a while. */
    private static final int MOST_SLICES = 40;
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(100);

    @Test
    void shouldKeepUpWithRingWithoutChecks() throws Exception {
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "bench-");
        JavaHome java = JavaHome.running();
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")));
                Starter starter = new Starter(host.directory().path(), directory);
                Pair conduit = starter.start(new Subject(Kind.CONDUIT_ZERO_COPY, java));
                Pair ring = starter.start(new Subject(Kind.RAW_RING, java))) {
            long ofConduit = warm(conduit);
            long ofRing = warm(ring);
            double best = 0;
            double bestOfRing = 0;
            for (int slice = 0; slice < MOST_SLICES && (slice < FEWEST_SLICES || best <= LEAST * bestOfRing); slice++) {
                best = Math.max(best, rate(conduit, ofConduit));
                bestOfRing = Math.max(bestOfRing, rate(ring, ofRing));
            }
            assertThat(best / bestOfRing).as("%.0f : %.0f messages a second", best, bestOfRing).isGreaterThan(LEAST);
        } finally {
            VchanBenchmark.delete(directory);
        }
    }

    private static long warm(Pair pair) throws Exception {
        pair.meet(Kind.Wait.SPINNING);
        return Pair.countFor(SLICE, count -> pair.move(SIZE, count).nanos());
    }

    private static double rate(Pair pair, long count) throws Exception {
        return count / (double) pair.move(SIZE, count).nanos() * 1e9;
    }
}
