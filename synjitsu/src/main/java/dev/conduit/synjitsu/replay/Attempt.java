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

    /** The client's SYN as it was, but with the window and the timestamp of now. */
    Segment syn(Tcb tcb, MacAddress guest, int mtu) {
        int largest = mtu - (connection.local().isIpv4() ? HEADERS_IPV4 : HEADERS_IPV6);
        TcpOptions options = new TcpOptions(Math.min(tcb.maxSegment(), largest), tcb.sendScale(), tcb.sack(),
                tcb.timestamps(), tcb.recentTimestamp(), 0, TcpOptions.NONE.sackBlocks());
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

    Offsets offsets(Segment synAck, Tcb tcb, MacAddress guest, int mtu) {
        TcpOptions options = synAck.options();
        boolean timestamps = tcb.timestamps() && options.timestamps();
        boolean ipv4 = connection.local().isIpv4();
        int said = options.maxSegment() > 0 ? options.maxSegment() : ipv4 ? DEFAULT_IPV4 : DEFAULT_IPV6;
        int largest = Math.min(said, mtu - (ipv4 ? HEADERS_IPV4 : HEADERS_IPV6)) - (timestamps ? TIMESTAMP_BYTES : 0);
        return new Offsets(guest, tcb.sendNext() - (synAck.sequence() + 1),
                timestamps ? tcb.ourTimestamp() - options.timestamp() : 0, timestamps,
                tcb.sack() && options.sackPermitted(),
                tcb.sendScale() < 0 ? -1 : Math.min(options.windowScale(), MOST_SCALE), Math.max(1, largest));
    }
}
