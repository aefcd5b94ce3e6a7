package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * The IPv4 header (RFC 791, 3.1).
 * <pre>
 *  0  1  version (high four bits, 4) and length of the header in 4 bytes
 *  2  2  length of the packet
 *  4  2  identification
 *  6  2  flags (0x4000 don't fragment, 0x2000 more follow) and offset of the fragment in 8 bytes
 *  8  1  time to live
 *  9  1  protocol
 * 10  2  checksum of the header
 * 12  4  source
 * 16  4  destination
 * 20     options, which are passed over
 * </pre>
 */
final class Ipv4 {

    static final int HEADER = 20;

    private static final int TOTAL_LENGTH = 2;
    private static final int FRAGMENT = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_AND_OFFSET = 0x3fff;

    private Ipv4() {}

    static IpPacket read(ByteBuffer packet, Drops drops) {
        int at = packet.position();
        if (packet.remaining() < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        int header = (packet.get(at) & 0xf) * 4;
        int total = packet.getShort(at + TOTAL_LENGTH) & 0xffff;
        if (header < HEADER || total < header) {
            return drops.drop(DropReason.BAD_HEADER);
        }
        if (total > packet.remaining()) {
            return drops.drop(DropReason.TRUNCATED);
        }
        if (Checksum.finish(Checksum.add(0, packet, at, header)) != 0) {
            return drops.drop(DropReason.BAD_CHECKSUM);
        }
        if ((packet.getShort(at + FRAGMENT) & MORE_AND_OFFSET) != 0) {
            return drops.drop(DropReason.FRAGMENT);
        }
        return new IpPacket(IpAddress.readIpv4(packet, at + SOURCE), IpAddress.readIpv4(packet, at + DESTINATION),
                packet.get(at + PROTOCOL) & 0xff, packet.get(at + TIME_TO_LIVE) & 0xff,
                packet.slice(at + header, total - header));
    }

    /** Never to be fragmented, so its identification is of no use and 0 (RFC 6864, 4.1). */
    static void writeHeader(ByteBuffer to, IpAddress source, IpAddress destination, int protocol, int hops, int payload) {
        int at = to.position();
        to.putShort((short) 0x4500).putShort((short) (HEADER + payload)).putShort((short) 0);
        to.putShort((short) DONT_FRAGMENT).put((byte) hops).put((byte) protocol).putShort((short) 0);
        source.write(to);
        destination.write(to);
        to.putShort(at + CHECKSUM, Checksum.finish(Checksum.add(0, to, at, HEADER)));
    }
}
