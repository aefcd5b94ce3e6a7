package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.front.AddressPolicy;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Clients, a front and a guest that comes up late, on a network that loses, doubles, delays and reorders frames; now and then
 * the front cannot write, or dies and another goes on from what was written. Everything follows from the seed.
 */
final class ReplaySimulation {

    static final MacAddress FRONT = MacAddress.parse("02:00:00:00:00:01");
    static final MacAddress CLIENT = MacAddress.parse("02:00:00:00:00:02");
    static final MacAddress GUEST = MacAddress.parse("02:00:00:00:00:03");
    private static final long STEP_NANOS = 2_000_000;
    private static final long LONGEST_NANOS = 1_800_000_000_000L;
    private static final int PORT = 80;

    private record Saved(Tcb tcb, Offsets offsets, Ends ends) {}

    private record OnTheWay(long at, long number, ByteBuffer frame) implements Comparable<OnTheWay> {
        @Override
        public int compareTo(OnTheWay other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final SplittableRandom random;
    private final boolean crashes;
    private final double loss;
    private final IpAddress service;
    private final IpAddress clientAddress;
    private final PriorityQueue<OnTheWay> network = new PriorityQueue<>();
    private final List<ByteBuffer> output = new ArrayList<>();
    private final Map<Integer, Peer> clients = new HashMap<>();
    private final Map<Integer, Peer> servers = new HashMap<>();
    private final Map<Integer, Saved> saved = new HashMap<>();
    private final Set<Connection> unsaved = new LinkedHashSet<>();
    private final Set<ReplayedConnection> unsavedReplays = new LinkedHashSet<>();
    private final List<Connection> established = new ArrayList<>();
    private final long upAt;
    private final long openAt;
    private Responder responder;
    private Replays replays;
    private Guest guest;
    /** As the state in XenStore says. */
    private boolean released;
    private long now = 1_000_000_000L;
    private long sent;
    int crashed;
    int translated;

    ReplaySimulation(long seed, boolean crashes) {
        random = new SplittableRandom(seed);
        this.crashes = crashes;
        loss = random.nextInt(3) * 0.04;
        boolean ipv4 = random.nextBoolean();
        service = address(ipv4 ? "10.9.0.10" : "fd09::10");
        clientAddress = address(ipv4 ? "10.9.0.1" : "fd09::1");
        upAt = now + random.nextLong(3_000_000_000L);
        openAt = upAt + random.nextLong(1_000_000_000L);
        for (int port = 4000; port < 4000 + 1 + random.nextInt(3); port++) {
            clients.put(port, new Peer(clientAddress, port, service, PORT, bytes(), true, random, this::fromClient));
            servers.put(port, new Peer(service, PORT, clientAddress, port, bytes(), false, random, this::fromGuest));
        }
        // All sockets of one guest's kernel are alike in that.
        boolean guestStamps = random.nextInt(3) > 0;
        servers.values().forEach(server -> server.timestamps = guestStamps);
        newFront();
        responder.arm(service, Set.of(PORT), now);
    }

    static IpAddress address(String text) {
        try {
            return IpAddress.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(3) == 0 ? random.nextInt(100) : random.nextInt(120_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void newFront() {
        responder = Responder.onEthernet(FRONT, new TableOptions(), new byte[16], new TcpEvents() {
            @Override
            public void established(Connection connection) {
                established.add(connection);
            }
        }, AddressPolicy.QUIET, new Drops(), output::add, now);
        replays = new Replays(FRONT, 1500, responder.table(), output::add, frame -> {
            translated++;
            put(copy(frame));
        }, now);
        replays.serve(service);
        guest = null;
    }

    void run() {
        long end = now + LONGEST_NANOS;
        while (!clients.values().stream().allMatch(Peer::isDone) || !servers.values().stream().allMatch(Peer::isDone)) {
            if (now > end) {
                throw new AssertionError("not done in " + LONGEST_NANOS / 1_000_000_000 + " s: " + clients + " " + servers);
            }
            step();
        }
        clients.forEach((port, client) -> {
            if (!Arrays.equals(client.stream, servers.get(port).received.toByteArray())
                    || !Arrays.equals(servers.get(port).stream, client.received.toByteArray())) {
                throw new AssertionError("port " + port + ": bytes were lost or changed");
            }
        });
        settle();
    }

    /** All is over: the front gets out of the way by itself. */
    private void settle() {
        long end = now + 60_000_000_000L;
        while (replays.count(service) > 0 && crashed == 0) {
            if (now > end) {
                throw new AssertionError("the front stays in the path");
            }
            step();
        }
    }

    private void step() {
        now += STEP_NANOS;
        clients.values().forEach(client -> client.turn(now));
        servers.values().forEach(server -> {
            server.open |= now >= openAt;
            server.turn(now);
        });
        while (!network.isEmpty() && network.peek().at() <= now) {
            deliver(network.poll().frame());
        }
        if (crashes && random.nextInt(2000) == 0) {
            crash();
        }
        frontTurn();
    }

    private void frontTurn() {
        responder.advance(now);
        if (guest == null && now >= upAt) {
            guestIsUp();
        }
        if (guest != null) {
            established.forEach(connection -> guest.add(connection, now));
            established.clear();
            if (guest.answers() && !released) {
                released = true;
                responder.share(service, GUEST, now);
            }
        }
        replays.advance(now);
        save();
        output.forEach(this::put);
        output.clear();
    }

    private void guestIsUp() {
        guest = replays.guest(List.of(service), GUEST);
        responder.table().connections(service).stream()
                .filter(connection -> connection.state() != TcpState.SYN_RECEIVED)
                .forEach(connection -> guest.add(connection, now));
        established.clear();
    }

    private void save() {
        unsaved.addAll(responder.table().takeChanged());
        unsavedReplays.addAll(replays.takeChanged());
        if (random.nextInt(20) == 0) {
            output.clear();
            return;
        }
        for (Connection connection : unsaved) {
            if (connection.isOpen()) {
                saved.put(connection.remotePort(), new Saved(responder.table().snapshot(connection, now), null, null));
            } else {
                saved.remove(connection.remotePort());
            }
        }
        for (ReplayedConnection connection : unsavedReplays) {
            if (connection.isOpen()) {
                saved.put(connection.tcb().remote().getPort(), new Saved(connection.tcb(), connection.offsets(), connection.ends()));
            } else {
                saved.remove(connection.tcb().remote().getPort());
            }
            replays.confirm(connection, now);
        }
        unsaved.clear();
        unsavedReplays.clear();
    }

    private void crash() {
        crashed++;
        unsaved.clear();
        unsavedReplays.clear();
        established.clear();
        output.clear();
        newFront();
        responder.arm(service, Set.of(PORT), now);
        saved.forEach((port, was) -> {
            if (was.offsets() == null) {
                responder.table().restore(was.tcb().withOurTimestamp(was.tcb().ourTimestamp() + 900_000), CLIENT.bits(), now);
            } else {
                replays.restore(was.tcb(), was.offsets(), was.ends(), CLIENT, now);
            }
        });
        if (released) {
            guestIsUp();
            responder.share(service, GUEST, now);
        }
    }

    private void deliver(ByteBuffer frame) {
        Ethernet ethernet = Ethernet.read(frame, new Drops());
        if (ethernet.destination().equals(FRONT)) {
            if (!replays.receive(frame, now)) {
                responder.receive(frame, now);
            }
            return;
        }
        if (ethernet.type() == Ethernet.ARP) {
            return;
        }
        Drops drops = new Drops();
        IpPacket packet = IpPacket.read(ethernet.payload(), drops);
        if (packet == null || packet.protocol() != IpPacket.TCP) {
            return;
        }
        Segment segment = Segment.read(packet, 0, drops);
        if (segment == null) {
            throw new AssertionError("broken segment: " + drops.all());
        }
        if (ethernet.destination().equals(CLIENT)) {
            clients.get(segment.destinationPort()).receive(segment, now);
        } else {
            servers.get(segment.sourcePort()).receive(segment, now);
        }
    }

    private void fromClient(Segment segment) {
        put(frame(segment, CLIENT));
    }

    private void fromGuest(Segment segment) {
        put(frame(segment, GUEST));
    }

    static ByteBuffer frame(Segment segment, MacAddress from) {
        ByteBuffer frame = segment.toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame.rewind(), FRONT, from, segment.source().isIpv4() ? Ethernet.IPV4 : Ethernet.IPV6);
        return frame.rewind();
    }

    static ByteBuffer copy(ByteBuffer frame) {
        return ByteBuffer.allocate(frame.limit()).put(0, frame, 0, frame.limit());
    }

    private void put(ByteBuffer frame) {
        for (int copies = random.nextDouble() < loss / 2 ? 2 : 1; copies > 0; copies--) {
            if (random.nextDouble() >= loss) {
                long delay = random.nextInt(8) == 0 ? random.nextLong(100_000_000) : random.nextLong(5_000_000);
                network.add(new OnTheWay(now + delay, sent++, copy(frame)));
            }
        }
    }
}
