package dev.conduit.synjitsu.front;

import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Measures one core, frames in and frames out, without a link. A program, not a test; docs/synjitsu.md has what it printed. */
final class ResponderSpeed {

    private static final MacAddress OURS = MacAddress.parse("02:00:00:00:00:11");
    private static final IpAddress SERVICE = address("10.9.0.10");
    private static final int ROUNDS = 5;
    private static final int FLOOD = 200_000;
    private static final int WAITING = 10_000;

    private long now = 1;
    private ByteBuffer last;
    private Responder responder;

    private ResponderSpeed() {}

    /**
     * Prints the figures.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        ResponderSpeed speed = new ResponderSpeed();
        ByteBuffer[] syns = new ByteBuffer[FLOOD];
        for (int i = 0; i < FLOOD; i++) {
            syns[i] = frame(syn(i));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            speed.flood("kept", new TableOptions().connections(FLOOD, FLOOD).halfOpen(FLOOD, FLOOD), syns, round);
            speed.flood("cookies", new TableOptions().halfOpen(0, 0), syns, round);
        }
        speed.waiting();
    }

    private void flood(String what, TableOptions options, ByteBuffer[] syns, int round) {
        start(options);
        long memory = usedMemory();
        long begin = System.nanoTime();
        for (ByteBuffer syn : syns) {
            responder.receive(syn, now);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        responder.table().takeChanged();
        print("round %d, %s: %,.0f SYNs a second answered, %.0f bytes kept for each", round, what, FLOOD / seconds,
                (double) (usedMemory() - memory) / FLOOD);
    }

    /** Time from a SYN's frame to its answer's with 10,000 connections that wait, each with 1000 bytes of data. */
    private void waiting() {
        start(new TableOptions().connections(2 * WAITING, 2 * WAITING).halfOpen(WAITING, WAITING));
        long memory = usedMemory();
        for (int i = 0; i < WAITING; i++) {
            responder.receive(frame(syn(i)), now);
            Segment answer = Segment.read(IpPacket.read(last.position(Ethernet.HEADER).slice(), new Drops()), 0, new Drops());
            responder.receive(frame(client(i).flags(Segment.ACK).sequence(1).acknowledgement(answer.sequence() + 1)
                    .options(new TcpOptions(-1, -1, false, true, 1, 0, new int[0]))
                    .payload(ByteBuffer.allocate(1000))), now);
        }
        responder.table().takeChanged();
        print("%,d connections wait with %,d bytes each: %,.0f bytes of memory for each", responder.table().size(), 1000,
                (double) (usedMemory() - memory) / WAITING);
        long[] nanos = new long[WAITING];
        for (int i = 0; i < WAITING; i++) {
            ByteBuffer syn = frame(syn(WAITING + i));
            long begin = System.nanoTime();
            responder.receive(syn, now);
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        print("SYN to SYN-ACK beside them: p50 %.1f us, p99 %.1f us, longest %.1f us", nanos[WAITING / 2] / 1e3,
                nanos[WAITING * 99 / 100] / 1e3, nanos[WAITING - 1] / 1e3);
    }

    private void start(TableOptions options) {
        responder = Responder.onEthernet(OURS, options, new byte[16], new TcpEvents() {}, AddressPolicy.QUIET, new Drops(),
                frame -> last = frame, now);
        responder.arm(SERVICE, Set.of(80), now);
    }

    private static Segment.Builder syn(int number) {
        return client(number).flags(Segment.SYN).options(new TcpOptions(1460, 7, true, true, 1, 0, new int[0]));
    }

    private static Segment.Builder client(int number) {
        return Segment.from(address("172.16." + (number >>> 8 & 0xff) + "." + (number & 0xff)), 1024 + (number >>> 16),
                SERVICE, 80).window(64_240);
    }

    private static ByteBuffer frame(Segment.Builder segment) {
        ByteBuffer frame = segment.build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, OURS, MacAddress.parse("02:00:00:00:00:01"), Ethernet.IPV4);
        return frame.rewind();
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
