package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.VIRTIO_NET_HDR_F_NEEDS_CSUM;
import static dev.conduit.core.net.NetLayout.VNET_CSUM_OFFSET;
import static dev.conduit.core.net.NetLayout.VNET_CSUM_START;
import static dev.conduit.core.net.NetLayout.VNET_FLAGS;
import static dev.conduit.core.net.NetLayout.VNET_SIZE;

import java.nio.ByteBuffer;

/**
 * Completes checksums that a sending kernel left to the network card: the field holds the sum of the pseudo header, and
 * the ones' complement sum (RFC 1071) from a start to the end of the frame belongs there. It is the same in whichever
 * byte order it is computed, as long as it is stored in that order.
 */
final class PartialChecksum {

    private PartialChecksum() {
    }

    /**
     * Completes the checksum when the header says that it is open.
     *
     * @param buffer in the machine's order, as the header is
     * @param at where the {@code struct virtio_net_hdr} begins; the frame follows
     * @param length bytes of the frame
     */
    static void complete(ByteBuffer buffer, int at, int length) {
        if ((buffer.get(at + VNET_FLAGS) & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0) {
            return;
        }
        int start = buffer.getShort(at + VNET_CSUM_START) & 0xffff;
        int field = start + (buffer.getShort(at + VNET_CSUM_OFFSET) & 0xffff);
        if (field + Short.BYTES <= length) {
            int frame = at + VNET_SIZE;
            buffer.putShort(frame + field, sum(buffer, frame + start, frame + length));
        }
    }

    private static short sum(ByteBuffer buffer, int from, int to) {
        long sum = 0;
        int i = from;
        for (; i + Integer.BYTES <= to; i += Integer.BYTES) {
            sum += buffer.getInt(i) & 0xffff_ffffL;
        }
        for (; i + Short.BYTES <= to; i += Short.BYTES) {
            sum += buffer.getShort(i) & 0xffff;
        }
        if (i < to) {
            // The byte that would follow is zero: on both supported architectures the odd one is the lower.
            sum += buffer.get(i) & 0xff;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        int result = (int) ~sum & 0xffff;
        // Zero would mean "no checksum" to UDP; both stand for zero.
        return (short) (result == 0 ? 0xffff : result);
    }
}
