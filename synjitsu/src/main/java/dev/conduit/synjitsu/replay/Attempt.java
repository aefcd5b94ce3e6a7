package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;

/** A connection whose SYN is played to the guest, or will be. */
final class Attempt {

    private static final int MOST_SCALE = 14;
    private static final int TIMESTAMP_BYTES = 12;
    private static final int DEFAULT_IPV4 = 536;
    private static final int DEFAULT_IPV6 = 1220;
    private static final int HEADERS_IPV4 = 40;
    private static final int HEADERS_IPV6 = 60;

    final Connection connection;
    /** The SYN is out. */
    boolean out;
    int tries;
    /** When the SYN goes out, or goes out again. */
    long at;

    Attempt(Connection connection, long now) {
        this.connection = connection;
        at = now;
    }

    Flow fromGuest() {
        return Flow.of(connection.local(), connection.localPort(), connection.remote(), connection.remotePort());
    }

    private static int initialSequence(Tcb tcb) {
        return tcb.receiveNext() - tcb.data().length - (tcb.state() == TcpState.CLOSE_WAIT ? 1 : 0) - 1;
    }

    /**
     * The client's SYN as it was, but with the window and the timestamp of now.
     *
     * @param plain whether the guest perhaps has no timestamps: each segment is to have room for those that the front adds
     */
    Segment syn(Tcb tcb, MacAddress guest, int mtu, boolean plain) {
        int largest = Math.min(tcb.maxSegment(), mtu - (connection.local().isIpv4() ? HEADERS_IPV4 : HEADERS_IPV6))
                - (plain && tcb.timestamps() ? TIMESTAMP_BYTES : 0);
        TcpOptions options = new TcpOptions(largest, tcb.sendScale(), tcb.sack(), tcb.timestamps(), tcb.recentTimestamp(), 0, TcpOptions.NONE.sackBlocks());
        return toGuest(guest).flags(Segment.SYN).sequence(initialSequence(tcb))
                .window(Math.min(0xffff, tcb.sendWindow())).options(options).build();
    }

    boolean isAnsweredBy(Segment synAck, Tcb tcb) {
        return synAck.acknowledgement() == initialSequence(tcb) + 1;
    }

    Segment reset(Segment answered, MacAddress guest) {
        return toGuest(guest).flags(Segment.RST).sequence(answered.acknowledgement()).build();
    }

    private Segment.Builder toGuest(MacAddress guest) {
        return Segment.from(connection.remote(), connection.remotePort(), connection.local(), connection.localPort())
                .via(guest.bits());
    }

    /** The front's clock for clients whose guest has none. */
    static int clock(long now) {
        return (int) Math.floorDiv(now, 1_000_000L);
    }

    Offsets offsets(Segment synAck, Tcb tcb, MacAddress guest, int mtu, long now) {
        TcpOptions options = synAck.options();
        boolean timestamps = tcb.timestamps() && options.timestamps();
        boolean ipv4 = connection.local().isIpv4();
        int said = options.maxSegment() > 0 ? options.maxSegment() : ipv4 ? DEFAULT_IPV4 : DEFAULT_IPV6;
        int largest = Math.min(said, mtu - (ipv4 ? HEADERS_IPV4 : HEADERS_IPV6)) - (timestamps ? TIMESTAMP_BYTES : 0);
        return new Offsets(guest, tcb.sendNext() - (synAck.sequence() + 1),
                tcb.timestamps() ? tcb.ourTimestamp() - (timestamps ? options.timestamp() : clock(now)) : 0, timestamps,
                tcb.sack() && options.sackPermitted(),
                tcb.sendScale() < 0 ? -1 : Math.min(options.windowScale(), MOST_SCALE), Math.max(1, largest));
    }
}
