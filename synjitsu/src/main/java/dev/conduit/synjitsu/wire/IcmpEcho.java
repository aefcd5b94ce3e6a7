package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * Echo, by which hosts are asked whether they are there (RFC 792; RFC 4443, 4).
 * <pre>
 *  0  1  type: request 8, reply 0; in IPv6 128 and 129
 *  1  1  code, 0
 *  2  2  checksum; in IPv6 over the pseudo header, too
 *  4  2  identifier
 *  6  2  sequence number
 *  8     data
 * </pre>
 */
public final class IcmpEcho {

    private static final int HEADER = 8;
    private static final int CHECKSUM = 2;
    private static final int REQUEST = 8;
    private static final int REPLY = 0;
    private static final int REQUEST_IPV6 = 128;
    private static final int REPLY_IPV6 = 129;

    private IcmpEcho() {}

    /**
     * The answer to an echo request.
     *
     * @param request a packet of ICMP, or of ICMPv6
     * @param room bytes to leave free in front
     * @param drops counts it when it is dropped
     * @return the reply as an IP packet behind {@code room} bytes, position 0; or {@code null} when the packet is not a
     *     proper echo request
     */
    public static ByteBuffer reply(IpPacket request, int room, Drops drops) {
        ByteBuffer message = request.payload();
        boolean ipv6 = request.protocol() == IpPacket.ICMPV6;
        int length = message.remaining();
        if (length < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        if (ipv6 == request.source().isIpv4() || message.getShort(0) != (short) ((ipv6 ? REQUEST_IPV6 : REQUEST) << 8)) {
            return drops.drop(DropReason.NOT_UNDERSTOOD);
        }
        if (Checksum.finish(Checksum.add(pseudo(request, length), message, 0, length)) != 0) {
            return drops.drop(DropReason.BAD_CHECKSUM);
        }
        int at = room + IpPacket.header(request.source());
        ByteBuffer reply = ByteBuffer.allocate(at + length).position(room);
        IpPacket.writeHeader(reply, request.destination(), request.source(), request.protocol(), IpPacket.HOPS, length);
        reply.put(message.duplicate());
        reply.putShort(at, (short) ((ipv6 ? REPLY_IPV6 : REPLY) << 8)).putShort(at + CHECKSUM, (short) 0);
        reply.putShort(at + CHECKSUM, Checksum.finish(Checksum.add(pseudo(request, length), reply, at, length)));
        return reply.rewind();
    }

    /** The same both ways. */
    private static long pseudo(IpPacket packet, int length) {
        return packet.source().isIpv4() ? 0
                : Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.ICMPV6, length);
    }
}
