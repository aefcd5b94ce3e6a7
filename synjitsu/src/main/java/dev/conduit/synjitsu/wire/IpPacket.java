package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * An IP packet of either version.
 *
 * @param source who sent it
 * @param destination who it is for
 * @param protocol what the payload is
 * @param hopLimit how many more routers may pass it on: 255 only from this link
 * @param payload what stands behind the headers, without padding; a view
 */
public record IpPacket(IpAddress source, IpAddress destination, int protocol, int hopLimit, ByteBuffer payload) {

    /** Protocol of ICMP for IPv4. */
    public static final int ICMP = 1;
    /** Protocol of TCP. */
    public static final int TCP = 6;
    /** Protocol of ICMP for IPv6. */
    public static final int ICMPV6 = 58;

    /** The hop limit of what we send, as most systems do. */
    static final int HOPS = 64;

    /**
     * Takes a packet of either version apart.
     *
     * @param packet from its position to its limit, which stay where they are; bytes behind the packet are padding
     * @param drops counts it when it is dropped
     * @return the packet, or {@code null} when it was dropped
     */
    public static IpPacket read(ByteBuffer packet, Drops drops) {
        if (!packet.hasRemaining()) {
            return drops.drop(DropReason.TRUNCATED);
        }
        return switch (packet.get(packet.position()) >> 4 & 0xf) {
            case 4 -> Ipv4.read(packet, drops);
            case 6 -> Ipv6.read(packet, drops);
            default -> drops.drop(DropReason.BAD_HEADER);
        };
    }

    /** Bytes of the header that {@link #writeHeader} writes. */
    static int header(IpAddress address) {
        return address.isIpv4() ? Ipv4.HEADER : Ipv6.HEADER;
    }

    /** Writes a header of the addresses' version; the payload goes behind it. */
    static void writeHeader(ByteBuffer to, IpAddress source, IpAddress destination, int protocol, int hops, int payload) {
        if (source.isIpv4()) {
            Ipv4.writeHeader(to, source, destination, protocol, hops, payload);
        } else {
            Ipv6.writeHeader(to, source, destination, protocol, hops, payload);
        }
    }
}
