package dev.conduit.bench.synjitsu;

import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Frames of many clients of one service; all come from one MAC. */
record Frames(MacAddress from, MacAddress to, IpAddress service) {

    static final MacAddress FRONT = MacAddress.parse("02:00:00:00:00:11");
    static final MacAddress CLIENT = MacAddress.parse("02:00:00:00:00:01");
    static final int PORT = 80;

    private static final int WINDOW = 64_240;
    private static final int MSS = 1460;
    private static final int SCALE = 7;

    /** Between {@link #CLIENT} and {@link #FRONT}. */
    static Frames inMemory(String service) {
        return new Frames(CLIENT, FRONT, address(service));
    }

    static IpAddress address(String literal) {
        try {
            return IpAddress.of(InetAddress.getByName(literal));
        } catch (UnknownHostException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** The first segment of a client, 0 to 16 millions; each has its own address or port. */
    ByteBuffer syn(int client) {
        return frame(segment(client).flags(Segment.SYN).options(new TcpOptions(MSS, SCALE, true, true, 1, 0, new int[0])));
    }

    /** The end of its handshake, with its first data. */
    ByteBuffer request(int client, Segment synAck, byte[] data) {
        return frame(segment(client).flags(Segment.ACK).sequence(1).acknowledgement(synAck.sequence() + 1)
                .options(new TcpOptions(-1, -1, false, true, 1, 0, new int[0])).payload(ByteBuffer.wrap(data)));
    }

    /** The TCP segment in a frame, or {@code null} when there is none. */
    static Segment segment(ByteBuffer frame) {
        Ethernet ethernet = Ethernet.read(frame, new Drops());
        if (ethernet == null || ethernet.type() != Ethernet.IPV4) {
            return null;
        }
        IpPacket packet = IpPacket.read(ethernet.payload(), new Drops());
        return packet == null || packet.protocol() != IpPacket.TCP ? null
                : Segment.read(packet, Segment.NO_VIA, new Drops());
    }

    private Segment.Builder segment(int client) {
        return Segment.from(address("172.16." + (client >>> 8 & 0xff) + "." + (client & 0xff)), 1024 + (client >>> 16),
                service, PORT).window(WINDOW);
    }

    private ByteBuffer frame(Segment.Builder segment) {
        ByteBuffer frame = segment.build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, to, from, Ethernet.IPV4);
        return frame.rewind();
    }
}
