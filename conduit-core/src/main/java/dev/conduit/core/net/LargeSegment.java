package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_TCP;
import static dev.conduit.core.net.NetConstants.VIRTIO_NET_HDR_F_NEEDS_CSUM;
import static dev.conduit.core.net.NetConstants.VIRTIO_NET_HDR_GSO_TCPV4;
import static dev.conduit.core.net.NetConstants.VIRTIO_NET_HDR_GSO_TCPV6;
import static dev.conduit.core.net.NetLayout.VNET_SIZE;

import java.nio.ByteBuffer;

/**
 * Has the kernel cut a frame of TCP that is larger than the MTU into segments: the {@code struct virtio_net_hdr} before it
 * says where and how, and the checksum field holds the sum of the pseudo header only. Such frames come from kernels of the
 * same machine, and may have to be passed on.
 */
final class LargeSegment {

    private static final int ETHERNET = 14;
    private static final int TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_PROTOCOL = 6;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int TCP_LENGTH = 12;
    private static final int TCP_CHECKSUM = 16;

    private LargeSegment() {
    }

    /**
     * Writes the header, if the frame is TCP in IPv4 or IPv6 without extensions; else leaves all as it is.
     *
     * @param buffer in the machine's order
     * @param at where the header begins, all zero; the frame follows
     * @param length bytes of the frame
     * @param mtu of the interface
     */
    static void describe(ByteBuffer buffer, int at, int length, int mtu) {
        int frame = at + VNET_SIZE;
        int ip = frame + ETHERNET;
        int end = frame + length;
        int type = word(buffer, frame + TYPE);
        boolean four = type == IPV4 && (buffer.get(ip + IPV4_PROTOCOL) & 0xff) == IPPROTO_TCP;
        boolean six = type == IPV6 && (buffer.get(ip + IPV6_PROTOCOL) & 0xff) == IPPROTO_TCP;
        int tcp = four ? ip + (buffer.get(ip) & 0xf) * 4 : ip + IPV6_HEADER;
        if (!four && !six || tcp + TCP_HEADER > end) {
            return;
        }
        int header = tcp - frame + (buffer.get(tcp + TCP_LENGTH) >> 4 & 0xf) * 4;
        int segment = mtu - (header - ETHERNET);
        if (segment <= 0 || header >= length) {
            return;
        }
        buffer.put(at + NetLayout.VNET_FLAGS, (byte) VIRTIO_NET_HDR_F_NEEDS_CSUM)
                .put(at + NetLayout.VNET_GSO_TYPE, (byte) (four ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6))
                .putShort(at + NetLayout.VNET_HDR_LEN, (short) header)
                .putShort(at + NetLayout.VNET_GSO_SIZE, (short) segment)
                .putShort(at + NetLayout.VNET_CSUM_START, (short) (tcp - frame))
                .putShort(at + NetLayout.VNET_CSUM_OFFSET, (short) TCP_CHECKSUM);
        int sum = IPPROTO_TCP + end - tcp;
        for (int i = ip + (four ? IPV4_ADDRESSES : IPV6_ADDRESSES); i < ip + (four ? IPV4_ADDRESSES + 8 : IPV6_HEADER); i += 2) {
            sum += word(buffer, i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        buffer.put(tcp + TCP_CHECKSUM, (byte) (sum >> 8)).put(tcp + TCP_CHECKSUM + 1, (byte) sum);
    }

    /** Two bytes in network order. */
    private static int word(ByteBuffer buffer, int at) {
        return (buffer.get(at) & 0xff) << 8 | buffer.get(at + 1) & 0xff;
    }
}
