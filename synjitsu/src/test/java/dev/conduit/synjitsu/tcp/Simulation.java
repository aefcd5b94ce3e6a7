package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Some clients and a table, with a network between them that loses, doubles, delays and reorders, and now and then a
 * front that is frozen, or dies and goes on from what it had written down. Everything follows from the seed.
 */
final class Simulation {

    static final int WINDOW = 32_768;
    /** By so much the offered window may be larger, by a scale of 7. */
    static final int ROUNDED_UP = 127;

    private static final long STEP_NANOS = 2_000_000;
    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    private final SplittableRandom random;
    private final TableOptions options;
    private final IpAddress service;
    private final IpAddress clientAddress;
    private final PriorityQueue<OnTheWay> network = new PriorityQueue<>();
    private final List<Segment> outgoing = new ArrayList<>();
    private final Drops drops = new Drops();
    private final double loss;
    private final double doubled;
    private final boolean restarts;
    private final boolean freezes;
    private ConnectionTable table;
    private long now;
    private long sent;
    final List<SimulatedClient> clients = new ArrayList<>();

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        boolean ipv6 = random.nextInt(4) == 0;
        service = Rig.address(ipv6 ? "fd09::10" : "10.9.0.10");
        clientAddress = Rig.address(ipv6 ? "fd09::1" : "10.9.0.1");
        loss = random.nextInt(4) * 0.1;
        doubled = random.nextInt(3) * 0.15;
        restarts = random.nextInt(3) == 0;
        freezes = random.nextInt(3) == 0;
        options = new TableOptions();
        boolean cookies = random.nextInt(3) == 0;
        if (cookies) {
            // A front that never keeps SYNs leaves a successor nothing by which to know that cookies are out.
            options.halfOpen(random.nextInt(restarts ? 1 : 0, 3), 2);
        }
        now = random.nextLong(1_000_000_000_000L);
        table = newTable();
        for (int port = 1; port <= 1 + random.nextInt(4); port++) {
            byte[] stream = new byte[random.nextInt(2) == 0 ? random.nextInt(5_000) : random.nextInt(60_000)];
            random.nextBytes(stream);
            clients.add(new SimulatedClient(clientAddress, 1000 + port, service, stream, random.nextBoolean(),
                    cookies, random.split(), this::put));
        }
    }

    /** Until every client is done. */
    void run() {
        long end = now + LONGEST_NANOS;
        while (!clients.stream().allMatch(SimulatedClient::isDone)) {
            if (now > end) {
                throw new AssertionError("clients are not done after an hour; dropped: " + drops.all());
            }
            now += STEP_NANOS;
            clients.forEach(client -> client.turn(now));
            turn();
            if (restarts && random.nextInt(300) == 0) {
                restart();
            }
            if (freezes && random.nextInt(300) == 0) {
                freezeForAWhile();
            }
        }
    }

    /** What the front has of this client's stream; {@code null} when it has no such connection. */
    Tcb tcb(SimulatedClient client) {
        for (Connection connection : table.connections(service)) {
            if (connection.remotePort() == client.port) {
                return table.snapshot(connection, now);
            }
        }
        return null;
    }

    long bufferedBytes() {
        return table.bufferedBytes();
    }

    private void turn() {
        table.advance(now);
        while (!network.isEmpty() && network.peek().at <= now) {
            OnTheWay next = network.poll();
            Segment segment = Segment.read(IpPacket.read(next.packet, drops), 1, drops);
            if (next.toFront) {
                table.receive(segment, now);
            } else {
                clients.stream().filter(client -> client.port == segment.destinationPort())
                        .forEach(client -> client.receive(segment, now));
            }
        }
        outgoing.stream().filter(segment -> segment.via() != Segment.NO_VIA).forEach(this::put);
        outgoing.clear();
    }

    /** A new front, with another clock, takes what the old one had when it died, before it sent its last answers. */
    private void restart() {
        List<Tcb> written = table.connections(service).stream().map(each -> table.snapshot(each, now)).toList();
        outgoing.clear();
        table = newTable();
        written.forEach(tcb -> table.restore(tcb, Segment.NO_VIA, now));
    }

    private void freezeForAWhile() {
        table.freeze(service);
        for (int i = random.nextInt(500); i > 0; i--) {
            now += STEP_NANOS;
            clients.forEach(client -> client.turn(now));
            turn();
        }
        table.thaw(service, now);
    }

    private ConnectionTable newTable() {
        ConnectionTable made = new ConnectionTable(options, Rig.SECRET, outgoing::add, new TcpEvents() {}, drops, now);
        made.arm(service, Set.of(Rig.PORT));
        return made;
    }

    private void put(Segment segment) {
        for (int copies = random.nextDouble() < doubled ? 2 : 1; copies > 0; copies--) {
            if (random.nextDouble() >= loss) {
                long delay = random.nextInt(8) == 0 ? random.nextLong(200_000_000) : random.nextLong(10_000_000);
                boolean toFront = segment.destination().equals(service);
                network.add(new OnTheWay(now + delay, sent++, toFront, segment.toPacket(0)));
            }
        }
    }

    private record OnTheWay(long at, long number, boolean toFront, ByteBuffer packet) implements Comparable<OnTheWay> {

        @Override
        public int compareTo(OnTheWay other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
