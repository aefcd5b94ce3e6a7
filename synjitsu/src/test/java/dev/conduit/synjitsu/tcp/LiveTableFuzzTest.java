package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Segments of any kind, mostly near to what a connection expects, to a table with tight bounds. */
class LiveTableFuzzTest {

    private static final int SEEDS = 60;
    private static final int STEPS = 3_000;
    private static final int CONNECTIONS = 12;
    private static final int HALF_OPEN = 6;
    private static final long BYTES = 100_000;

    private final Map<Connection, Tcb> seen = new HashMap<>();

    @Test
    void shouldHoldItsInvariantsWhateverComes() {
        int established = 0;
        int closed = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Rig rig = new Rig(new TableOptions().connections(CONNECTIONS, 8).halfOpen(HALF_OPEN, 4).bufferedBytes(BYTES));
            seen.clear();
            for (int step = 0; step < STEPS; step++) {
                try {
                    step(rig, random);
                    check(rig);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("seed " + seed + " step " + step, e);
                }
            }
            established += count(rig, "established");
            closed += count(rig, "closed");
            drain(rig, seed);
        }
        assertThat(established).as("connections that came about").isGreaterThan(10 * SEEDS);
        assertThat(closed).as("connections that ended").isGreaterThan(10 * SEEDS);
    }

    private static void step(Rig rig, SplittableRandom random) {
        rig.now += random.nextInt(20) == 0 ? random.nextLong(10_000_000_000L) : random.nextLong(10_000_000);
        rig.table.advance(rig.now);
        List<Connection> connections = rig.table.connections(Rig.SERVICE);
        int what = random.nextInt(10);
        if (what < 3 || connections.isEmpty()) {
            rig.receive(from(random.nextInt(4), random.nextInt(5)).flags(Segment.SYN).sequence(random.nextInt())
                    .options(options(random, 0)));
            return;
        }
        Connection connection = connections.get(random.nextInt(connections.size()));
        Tcb tcb = rig.table.snapshot(connection, rig.now);
        int[] places = {0, 0, 0, 0, 1, -1, 100, 5000, -1000, 32_767, 32_768, 40_000, random.nextInt()};
        int[] flags = {Segment.ACK, Segment.ACK, Segment.ACK, Segment.ACK, Segment.ACK | Segment.FIN, Segment.SYN,
            Segment.RST, random.nextInt(256)};
        int[] acknowledged = {0, 0, 0, 0, 0, 1, -1, random.nextInt()};
        byte[] data = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(3000)];
        random.nextBytes(data);
        rig.receive(Segment.from(connection.remote(), connection.remotePort(), Rig.SERVICE, Rig.PORT)
                .sequence(tcb.receiveNext() + places[random.nextInt(places.length)])
                .acknowledgement(tcb.sendNext() + acknowledged[random.nextInt(acknowledged.length)])
                .flags(flags[random.nextInt(flags.length)])
                .window(random.nextInt(65_536))
                .options(tcb.timestamps() || random.nextInt(10) == 0 ? options(random, tcb.recentTimestamp()) : TcpOptions.NONE)
                .payload(ByteBuffer.wrap(data)));
    }

    private static Segment.Builder from(int host, int port) {
        return Segment.from(Rig.address("10.9.0." + (1 + host)), 1000 + port, Rig.SERVICE, Rig.PORT).window(1000);
    }

    private static TcpOptions options(SplittableRandom random, int recent) {
        return new TcpOptions(random.nextInt(-1, 2000), random.nextInt(-1, 20), random.nextBoolean(), random.nextInt(10) > 0,
                recent + random.nextInt(-1, 10), 0, new int[0]);
    }

    private void check(Rig rig) {
        List<Connection> connections = rig.table.connections(Rig.SERVICE);
        assertThat(rig.table.size()).isEqualTo(connections.size()).isLessThanOrEqualTo(CONNECTIONS);
        assertThat(connections.stream().filter(Connection::isHalfOpen).count()).isEqualTo(rig.table.halfOpen());
        assertThat(rig.table.halfOpen()).isLessThanOrEqualTo(HALF_OPEN);
        assertThat(connections.stream().map(Connection::remote).distinct().count()).isEqualTo(rig.table.sources());
        assertThat(connections.stream().mapToLong(each -> each.buffer == null ? 0 : each.buffer.capacity()).sum())
                .isEqualTo(rig.table.bufferedBytes()).isLessThanOrEqualTo(BYTES);
        for (Connection connection : connections) {
            Tcb now = rig.table.snapshot(connection, rig.now);
            Tcb before = seen.put(connection, now);
            assertThat(now.data().length).isLessThanOrEqualTo(Simulation.WINDOW + Simulation.ROUNDED_UP);
            if (before != null) {
                int length = before.data().length;
                assertThat(Arrays.copyOf(now.data(), length)).as("acknowledged data").isEqualTo(before.data());
                assertThat(now.receiveNext() - before.receiveNext()).as("acknowledgement").isGreaterThanOrEqualTo(0);
                assertThat(now.state()).isGreaterThanOrEqualTo(before.state());
                assertThat(now.sendNext()).isEqualTo(before.sendNext());
            }
        }
        assertThat(rig.takeSent()).allSatisfy(segment -> assertThat(segment.payloadLength()).isZero());
        List<Connection> changed = rig.table.takeChanged();
        assertThat(changed).doesNotHaveDuplicates();
        seen.keySet().removeIf(connection -> !connection.isOpen());
    }

    /** Time ends everything, and nothing is left of it. */
    private static void drain(Rig rig, long seed) {
        while (rig.table.nextTimer().isPresent()) {
            rig.now = Math.max(rig.now, rig.table.nextTimer().getAsLong());
            rig.table.advance(rig.now);
        }
        assertThat(rig.table.size()).as("seed %d", seed).isZero();
        assertThat(rig.table.halfOpen()).as("seed %d", seed).isZero();
        assertThat(rig.table.bufferedBytes()).as("seed %d", seed).isZero();
    }

    private static int count(Rig rig, String event) {
        return (int) rig.events.stream().filter(each -> each.startsWith(event)).count();
    }
}
