package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.ConnectionTable;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** One connection that is translated, and what comes of frames. */
final class ReplayRig {

    final IpAddress service;
    final IpAddress client;
    final List<ByteBuffer> sent = new ArrayList<>();
    final Replays replays;
    final Guest guest;
    long now = 1_000_000_000L;
    long passed;
    ByteBuffer last;

    ReplayRig(String address) {
        service = ReplaySimulation.address(address);
        client = ReplaySimulation.address(service.isIpv4() ? "10.9.0.1" : "fd09::1");
        ConnectionTable table = new ConnectionTable(new TableOptions(), new byte[16], segment -> { }, new TcpEvents() {},
                new Drops(), now);
        table.arm(service, Set.of(80));
        replays = new Replays(ReplaySimulation.FRONT, 1500, table, sent::add, frame -> {
            passed++;
            last = frame;
        }, now);
        replays.serve(service);
        guest = replays.guest(List.of(service), ReplaySimulation.GUEST);
        restore(ReplaySimulation.CLIENT);
    }

    void restore(MacAddress via) {
        restore(via, client, 4000);
    }

    void restore(MacAddress via, IpAddress from, int port) {
        restore(via, from, port, Ends.NONE);
    }

    ReplayedConnection restore(MacAddress via, IpAddress from, int port, Ends ends) {
        Tcb tcb = new Tcb(new InetSocketAddress(service.toInetAddress(), 80),
                new InetSocketAddress(from.toInetAddress(), port), TcpState.ESTABLISHED, 1001, 1001, 65_535, 1, 65_535, 5,
                30_000, 7, 7, 1460, true, true, 1, 1, new byte[0]);
        return replays.restore(tcb, new Offsets(ReplaySimulation.GUEST, 500, 300, true, true, 7, 1448), ends, via, now);
    }

    boolean receive(ByteBuffer frame) {
        return replays.receive(frame, now);
    }

    ByteBuffer fromClient(int length) {
        return ReplaySimulation.frame(Segment.from(client, 4000, service, 80).flags(Segment.ACK).sequence(5)
                .acknowledgement(1001).window(512).options(options()).payload(ByteBuffer.allocate(length)).build(),
                ReplaySimulation.CLIENT);
    }

    ByteBuffer fromGuest(int length) {
        return ReplaySimulation.frame(Segment.from(service, 80, client, 4000).flags(Segment.ACK).sequence(501)
                .acknowledgement(5).window(512).options(options()).payload(ByteBuffer.allocate(length)).build(),
                ReplaySimulation.GUEST);
    }

    private static TcpOptions options() {
        return new TcpOptions(-1, -1, false, true, 10, 10, new int[] {10, 20});
    }

    ByteBuffer anyFrame(SplittableRandom random) {
        return random.nextBoolean() ? fromClient(random.nextInt(50)) : fromGuest(random.nextInt(50));
    }
}
