package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.util.function.Consumer;

/** The segments that the front sends. */
final class Answers {

    private static final int[] NO_BLOCKS = TcpOptions.NONE.sackBlocks();
    private static final int BLOCKS = 4;
    private static final int BLOCKS_BESIDE_TIMESTAMPS = 3;

    private final int mtu;
    private final Consumer<Segment> output;

    Answers(int mtu, Consumer<Segment> output) {
        this.mtu = mtu;
        this.output = output;
    }

    void synAck(Connection connection, long now) {
        synAck(connection, Clocks.timestamp(connection.timestampOffset, now));
    }

    /** Also for connections that are not kept, with a timestamp of its own. */
    void synAck(Connection connection, int timestamp) {
        TcpOptions options = new TcpOptions(TcpOptionRules.ownMaxSegment(mtu, connection.local()), connection.receiveScale,
                connection.sack, connection.timestamps, timestamp, connection.recentTimestamp, NO_BLOCKS);
        output.accept(to(connection)
                .sequence(connection.sendNext - 1)
                .acknowledgement(connection.receiveNext)
                .flags(Segment.SYN | Segment.ACK)
                .window(connection.receiveWindow())
                .options(options)
                .build());
    }

    void acknowledge(Connection connection, long now) {
        int[] blocks = NO_BLOCKS;
        if (connection.sack && connection.buffer != null) {
            blocks = connection.buffer.blocks(
                    connection.dataStart(), connection.timestamps ? BLOCKS_BESIDE_TIMESTAMPS : BLOCKS);
        }
        TcpOptions options = new TcpOptions(-1, -1, false, connection.timestamps,
                Clocks.timestamp(connection.timestampOffset, now), connection.recentTimestamp, blocks);
        output.accept(to(connection)
                .sequence(connection.sendNext)
                .acknowledgement(connection.receiveNext)
                .flags(Segment.ACK)
                .window(connection.receiveWindowShifted())
                .options(options)
                .build());
    }

    /** Ends a connection that there is. */
    void reset(Connection connection) {
        output.accept(to(connection)
                .sequence(connection.sendNext)
                .acknowledgement(connection.receiveNext)
                .flags(Segment.RST | Segment.ACK)
                .build());
    }

    /** Says that there is no connection for a segment (RFC 9293, 3.10.7.1), which is no RST itself. */
    void refuse(Segment segment) {
        Segment.Builder answer = Segment.from(
                segment.destination(), segment.destinationPort(), segment.source(), segment.sourcePort()).via(segment.via());
        if (segment.has(Segment.ACK)) {
            answer.flags(Segment.RST).sequence(segment.acknowledgement());
        } else {
            answer.flags(Segment.RST | Segment.ACK).acknowledgement(segment.sequence() + segment.sequenceLength());
        }
        output.accept(answer.build());
    }

    private static Segment.Builder to(Connection connection) {
        return Segment.from(connection.local(), connection.localPort(), connection.remote(), connection.remotePort())
                .via(connection.via);
    }
}
