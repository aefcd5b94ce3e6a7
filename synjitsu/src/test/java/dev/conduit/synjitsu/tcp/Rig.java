package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table with one armed address and port 80, a client at port 4000 that sends single segments, and all that comes of it. */
final class Rig implements TcpEvents {

    static final IpAddress SERVICE = address("10.9.0.10");
    static final IpAddress CLIENT = address("10.9.0.1");
    static final int PORT = 80;
    static final int CLIENT_PORT = 4000;
    /** Sequence numbers go round soon. */
    static final int CLIENT_SEQUENCE = -10;
    static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final TcpOptions ALL_OPTIONS = new TcpOptions(1460, 7, true, true, 5000, 0, new int[0]);

    final Drops drops = new Drops();
    final List<Segment> sent = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final ConnectionTable table;
    long now = 1_000_000_000L;

    Rig() {
        this(new TableOptions());
    }

    Rig(TableOptions options) {
        table = new ConnectionTable(options, SECRET, sent::add, this, drops, now);
        table.arm(SERVICE, Set.of(PORT));
    }

    static IpAddress address(String text) {
        try {
            return IpAddress.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Segment.Builder client() {
        return Segment.from(CLIENT, CLIENT_PORT, SERVICE, PORT).window(1000).via(0x0200_0000_0001L);
    }

    static Segment.Builder syn() {
        return client().flags(Segment.SYN).sequence(CLIENT_SEQUENCE);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(byte[] data) {
        return new String(data, StandardCharsets.US_ASCII);
    }

    void receive(Segment.Builder segment) {
        table.receive(segment.build(), now);
    }

    /** What was sent since the last time. */
    List<Segment> takeSent() {
        List<Segment> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The only segment that was sent since the last time. */
    Segment answer() {
        List<Segment> taken = takeSent();
        if (taken.size() != 1) {
            throw new AssertionError("one segment expected, but sent were " + taken);
        }
        return taken.get(0);
    }

    void advanceMillis(long millis) {
        now += millis * 1_000_000;
        table.advance(now);
    }

    /** SYN received; gives our initial sequence number. */
    int halfOpen() {
        receive(syn());
        return answer().sequence();
    }

    /** Handshake complete, without options; gives our next sequence number. */
    int establish() {
        int next = halfOpen() + 1;
        receive(data(0, "", next));
        return next;
    }

    /** A segment with data at this distance from the stream's beginning. */
    static Segment.Builder data(int at, String data, int acknowledgement) {
        return client().flags(Segment.ACK).sequence(CLIENT_SEQUENCE + 1 + at).acknowledgement(acknowledgement)
                .payload(bytes(data));
    }

    Connection connection() {
        return table.connections(SERVICE).get(0);
    }

    Tcb tcb() {
        return table.snapshot(connection(), now);
    }

    String received() {
        return text(tcb().data());
    }

    @Override
    public void asked(IpAddress service, int port, IpAddress client) {
        events.add("asked " + port);
    }

    @Override
    public void established(Connection connection) {
        events.add("established");
    }

    @Override
    public void dataArrived(Connection connection) {
        events.add("data " + connection.dataLength());
    }

    @Override
    public void finished(Connection connection) {
        events.add("finished");
    }

    @Override
    public void closed(Connection connection, CloseReason reason) {
        events.add("closed " + reason);
    }
}
