package dev.conduit.rendezvous.directory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.directory.Configurations;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.ServiceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any order of questions, faults, deaths, stops and changes of the configuration, from many seeds. */
final class RandomScheduleTest {

    private static final int SEEDS = 100;
    private static final int STEPS = 400;
    private static final int SERVICES = 12;
    private static final long MIB = 1 << 20;

    @Test
    void shouldKeepItsPromisesInEverySchedule() {
        int boots = 0;
        int ups = 0;
        int failures = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                Simulation simulation = run(seed);
                boots += simulation.boots();
                ups += simulation.ups();
                failures += simulation.failures();
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
        // That it was about something.
        assertThat(List.of(boots, ups, failures)).allMatch(count -> count > SEEDS);
    }

    private static Simulation run(long seed) {
        Random random = new Random(seed);
        Simulation simulation = new Simulation(seed);
        // Room for a few of the guests, a few askers, and not all in the pool.
        Limits limits = new Limits(1 + random.nextInt(3), 6 * 64 * MIB, 2 + random.nextInt(10), random.nextInt(4));
        List<ServiceSettings> all = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            all.add(Configurations.service("s" + i, 64 * MIB, i % 3 == 0));
        }
        simulation.configure(Configurations.of(limits, all));
        for (int step = 0; step < STEPS; step++) {
            String name = "s" + random.nextInt(SERVICES + 1);
            switch (random.nextInt(20)) {
                case 0 -> simulation.kill(name);
                case 1 -> simulation.stopService(name);
                case 2 -> simulation.configure(Configurations.of(limits,
                        all.stream().filter(service -> random.nextInt(6) != 0).toList()));
                case 3, 4 -> simulation.sweep();
                case 5, 6, 7 -> simulation.sampleAll();
                case 8 -> simulation.front(random.nextBoolean());
                default -> simulation.ask(random.nextBoolean() ? name : name + ".LAB.test.",
                        Cause.values()[random.nextInt(4)], "asker" + random.nextInt(3),
                        Duration.ofMillis(random.nextInt(20_000)));
            }
            simulation.check();
            simulation.run(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 100 : 5000)));
        }
        simulation.endFaults();
        List<ServiceSettings> left = all.subList(0, SERVICES / 2);
        simulation.configure(Configurations.of(limits, left));
        for (int second = 0; second < 300; second++) {
            simulation.sweep();
            simulation.sampleAll();
            simulation.run(Duration.ofSeconds(1));
        }
        simulation.checkNothingLeft();
        assertThat(simulation.engine().statuses(0)).extracting("name")
                .containsExactlyInAnyOrderElementsOf(left.stream().map(ServiceSettings::name).toList());
        simulation.engine().statuses(0).forEach(status -> assertThat(status.state()).as(status.name())
                .isIn(ServiceState.OFF, ServiceState.READY));
        return simulation;
    }
}
