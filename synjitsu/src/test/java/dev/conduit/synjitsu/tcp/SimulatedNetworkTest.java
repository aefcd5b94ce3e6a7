package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {

    private static final int SEEDS = 4000;

    @Test
    void shouldHaveExactlyWhatTheClientsSentWhateverTheNetworkDoes() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            for (SimulatedClient client : simulation.clients) {
                check(simulation.tcb(client), client, "seed " + seed + " client " + client.port);
            }
            assertThat(simulation.bufferedBytes()).as("seed %d", seed)
                    .isLessThanOrEqualTo(
                            (long) simulation.clients.size() * (Simulation.WINDOW + Simulation.ROUNDED_UP));
        }
    }

    private static void check(Tcb tcb, SimulatedClient client, String where) {
        assertThat(tcb).as(where).isNotNull();
        byte[] data = tcb.data();
        assertThat(data.length).as(where).isBetween(client.acknowledgedData(), client.stream.length);
        assertThat(data).as(where).isEqualTo(Arrays.copyOf(client.stream, data.length));
        assertThat(data.length).as(where).isBetween(
                Math.min(client.stream.length, Simulation.WINDOW), Simulation.WINDOW + Simulation.ROUNDED_UP);
        if (client.isFinAcknowledged()) {
            assertThat(tcb.state()).as(where).isEqualTo(TcpState.CLOSE_WAIT);
        }
        assertThat(tcb.timestamps()).as(where).isEqualTo(client.timestamps);
    }
}
