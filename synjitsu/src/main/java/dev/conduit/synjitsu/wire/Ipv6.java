package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * The IPv6 header (RFC 8200, 3).
 * <pre>
 *  0  4  version (high four bits, 6), traffic class, flow label
 *  4  2  length of what follows the header
 *  6  1  next header
 *  7  1  hop limit
 *  8 16  source
 * 24 16  destination
 * 40     extension headers, payload
 * </pre>
 * Extension headers: hop-by-hop and destination options are passed over where all their options allow it, and a routing
 * header that has no way left to go; everything else is dropped, also the fragments that are none (RFC 6946).
 */
final class Ipv6 {

    static final int HEADER = 40;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOST_EXTENSIONS = 4;
    private static final int PAD_ONE = 0;
    /** In an option's type: what to do when it is not understood; all but zero says to drop the packet. */
    private static final int NOT_TO_BE_SKIPPED = 0xc0;

    private Ipv6() {}

    static IpPacket read(ByteBuffer packet, Drops drops) {
        int at = packet.position();
        if (packet.remaining() < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        int end = HEADER + (packet.getShort(at + PAYLOAD_LENGTH) & 0xffff);
        if (end > packet.remaining()) {
            return drops.drop(DropReason.TRUNCATED);
        }
        IpAddress source = IpAddress.readIpv6(packet, at + SOURCE);
        IpAddress destination = IpAddress.readIpv6(packet, at + DESTINATION);
        if (source.isIpv4() || destination.isIpv4()) {
            return drops.drop(DropReason.BAD_SOURCE);
        }
        int next = packet.get(at + NEXT_HEADER) & 0xff;
        int behind = HEADER;
        for (int extensions = 0; isExtension(next); extensions++) {
            if (behind + 8 > end) {
                return drops.drop(DropReason.TRUNCATED);
            }
            int length = 8 + (packet.get(at + behind + 1) & 0xff) * 8;
            if (behind + length > end) {
                return drops.drop(DropReason.TRUNCATED);
            }
            if (extensions == MOST_EXTENSIONS || next == HOP_BY_HOP && extensions > 0
                    || !isPassedOver(next, packet, at + behind, length)) {
                return drops.drop(DropReason.EXTENSION_HEADER);
            }
            next = packet.get(at + behind) & 0xff;
            behind += length;
        }
        if (next == FRAGMENT) {
            return drops.drop(DropReason.FRAGMENT);
        }
        return new IpPacket(source, destination, next, packet.get(at + HOP_LIMIT) & 0xff,
                packet.slice(at + behind, end - behind));
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP || header == ROUTING || header == DESTINATION_OPTIONS;
    }

    private static boolean isPassedOver(int header, ByteBuffer packet, int at, int length) {
        if (header == ROUTING) {
            int segmentsLeft = packet.get(at + 3) & 0xff;
            return segmentsLeft == 0;
        }
        int option = at + 2;
        while (option < at + length) {
            int type = packet.get(option) & 0xff;
            if (type == PAD_ONE) {
                option++;
                continue;
            }
            if ((type & NOT_TO_BE_SKIPPED) != 0 || option + 2 > at + length) {
                return false;
            }
            option += 2 + (packet.get(option + 1) & 0xff);
        }
        return option == at + length;
    }

    static void writeHeader(ByteBuffer to, IpAddress source, IpAddress destination, int protocol, int hops, int payload) {
        to.putInt(0x6000_0000).putShort((short) payload).put((byte) protocol).put((byte) hops);
        source.write(to);
        destination.write(to);
    }
}
