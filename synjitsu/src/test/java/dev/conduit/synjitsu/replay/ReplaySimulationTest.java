package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Streams in both directions arrive as they were sent, whatever happens between. */
final class ReplaySimulationTest {

    @Test
    void shouldCarryStreamsOverBadNetwork() {
        int translated = 0;
        for (long seed = 0; seed < 150; seed++) {
            ReplaySimulation simulation = new ReplaySimulation(seed, false);
            run(simulation, seed);
            translated += simulation.translated;
        }
        assertThat(translated).as("segments that were translated").isGreaterThan(10_000);
    }

    @Test
    void shouldCarryStreamsThoughFrontsDie() {
        int crashed = 0;
        for (long seed = 1000; seed < 1100; seed++) {
            ReplaySimulation simulation = new ReplaySimulation(seed, true);
            run(simulation, seed);
            crashed += simulation.crashed;
        }
        assertThat(crashed).as("fronts that died").isGreaterThan(50);
    }

    private static void run(ReplaySimulation simulation, long seed) {
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError("seed " + seed + ": " + wrong.getMessage(), wrong);
        }
    }
}
