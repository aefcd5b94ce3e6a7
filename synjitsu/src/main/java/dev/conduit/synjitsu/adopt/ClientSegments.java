package dev.conduit.synjitsu.adopt;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.nio.ByteBuffer;

/** The segments that TCP_REPAIR has no words for, as packets: two of the client's to be heard once more, one of ours. */
final class ClientSegments {

    private static final int WINDOW_MAX = 0xffff;

    private final Tcb tcb;

    ClientSegments(Tcb tcb) {
        this.tcb = tcb;
    }

    /** An ACK without anything new, which carries the client's latest timestamp to our kernel. */
    ByteBuffer acknowledgement() {
        return fromClient(tcb.receiveNext(), Segment.ACK);
    }

    /** The FIN that the front has acknowledged; the client does not send it again. */
    ByteBuffer fin() {
        return fromClient(tcb.receiveNext() - 1, Segment.ACK | Segment.FIN);
    }

    private ByteBuffer fromClient(int sequence, int flags) {
        return Segment.from(IpAddress.of(tcb.remote().getAddress()), tcb.remote().getPort(),
                        IpAddress.of(tcb.local().getAddress()), tcb.local().getPort())
                .sequence(sequence)
                .acknowledgement(tcb.sendNext())
                .flags(flags)
                .window(tcb.sendWindow() >> Math.max(0, tcb.sendScale()))
                .options(timestamps(-1, -1, false, tcb.recentTimestamp(), tcb.ourTimestamp()))
                .build().toPacket(0);
    }

    /** The answer to the client's SYN, with our timestamp clock as it stands and the MSS that is right here. */
    ByteBuffer synAck(int timestamp, int segment) {
        return Segment.from(IpAddress.of(tcb.local().getAddress()), tcb.local().getPort(), IpAddress.of(tcb.remote().getAddress()),
                        tcb.remote().getPort())
                .sequence(tcb.sendNext() - 1)
                .acknowledgement(tcb.receiveNext())
                .flags(Segment.SYN | Segment.ACK)
                .window(Math.min(WINDOW_MAX, tcb.receiveWindow()))
                .options(timestamps(segment, tcb.receiveScale(), tcb.sack(), timestamp, tcb.recentTimestamp()))
                .build().toPacket(0);
    }

    private TcpOptions timestamps(int maxSegment, int scale, boolean sack, int timestamp, int echo) {
        boolean agreed = tcb.timestamps();
        return new TcpOptions(maxSegment, scale, sack, agreed, agreed ? timestamp : 0, agreed ? echo : 0, new int[0]);
    }
}
