package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.wire.IpPacket;
import java.nio.ByteBuffer;

/**
 * What a router says of a packet that it did not pass on: it quotes the packet, with the sequence number that the front has
 * given it. RFC 792, RFC 1191 (too big), RFC 4443. Changed in place; the checksum follows (RFC 1624, 3).
 */
final class IcmpError {

    private static final int CHECKSUM = 2;
    private static final int QUOTE = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    /** Ports and sequence number, which every quote of IPv4 has. */
    private static final int QUOTED_TCP = 8;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int UNREACHABLE = 3;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;
    private static final int FIRST_INFORMATIONAL_IPV6 = 128;

    private ByteBuffer message;
    private int tcp;

    /** Of the packet that is quoted. */
    final Flow flow = new Flow();

    /** Tells an error from other ICMP, and from what is none. */
    static boolean is(IpPacket packet) {
        if (packet.payload().limit() < QUOTE) {
            return false;
        }
        int type = packet.payload().get(0) & 0xff;
        return packet.protocol() == IpPacket.ICMPV6 ? type < FIRST_INFORMATIONAL_IPV6
                : packet.protocol() == IpPacket.ICMP
                        && (type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM);
    }

    /** Looks at what an error quotes; false when that is no TCP segment, then nothing else holds. */
    boolean quotesTcp(IpPacket error) {
        message = error.payload();
        boolean six = error.protocol() == IpPacket.ICMPV6;
        int room = message.limit() - QUOTED_TCP;
        if (room < QUOTE + (six ? IPV6_HEADER : IPV4_HEADER)) {
            return false;
        }
        int first = message.get(QUOTE) & 0xff;
        tcp = QUOTE + (six ? IPV6_HEADER : (first & 0xf) * 4);
        int protocol = message.get(QUOTE + (six ? 6 : 9));
        boolean later = !six && (message.getShort(QUOTE + 6) & FRAGMENT_OFFSET) != 0;
        if (first >> 4 != (six ? 6 : 4) || protocol != IpPacket.TCP || later || tcp < QUOTE + IPV4_HEADER || room < tcp) {
            return false;
        }
        flow.read(message, QUOTE, tcp);
        return true;
    }

    void addToSequence(int by) {
        int old = message.getInt(tcp + 4);
        int value = old + by;
        message.putInt(tcp + 4, value);
        int sum = (~message.getShort(CHECKSUM) & 0xffff) + (~old >>> 16) + (~old & 0xffff) + (value >>> 16) + (value & 0xffff);
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        message.putShort(CHECKSUM, (short) ~sum);
    }
}
