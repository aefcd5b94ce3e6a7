package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.NLM_F_ACK;
import static dev.conduit.core.net.NetConstants.NLM_F_REQUEST;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** One request of rtnetlink(7), written into memory: header, fixed part, attributes. */
final class NetlinkRequest {

    /** Bytes the longest one needs: a route of IPv6. */
    static final int ROOM = 128;

    private final ByteBuffer buffer;
    private int length;

    /** @param flags NLM_F_* bits beside those of every request */
    NetlinkRequest(ByteBuffer buffer, short type, int flags, int sequence, int fixedPart) {
        this.buffer = buffer.put(0, new byte[ROOM]);
        buffer.putShort(NetLayout.NLMSG_TYPE, type)
                .putShort(NetLayout.NLMSG_FLAGS, (short) (NLM_F_REQUEST | NLM_F_ACK | flags))
                .putInt(NetLayout.NLMSG_SEQ, sequence);
        length = NetLayout.NLMSG_SIZE + fixedPart;
    }

    /** @param offset in the fixed part */
    NetlinkRequest put(int offset, int value) {
        buffer.put(NetLayout.NLMSG_SIZE + offset, (byte) value);
        return this;
    }

    NetlinkRequest putInt(int offset, int value) {
        buffer.putInt(NetLayout.NLMSG_SIZE + offset, value);
        return this;
    }

    NetlinkRequest attribute(short type, InetAddress value) {
        byte[] bytes = value.getAddress();
        buffer.put(add(type, bytes.length), bytes);
        return this;
    }

    NetlinkRequest attribute(short type, int value) {
        buffer.putInt(add(type, Integer.BYTES), value);
        return this;
    }

    /** Where its value goes; all are as long as numbers or addresses, so the next one is aligned. */
    private int add(short type, int size) {
        int at = length;
        length += NetLayout.RTATTR_SIZE + size;
        buffer.putShort(at + NetLayout.RTATTR_LEN, (short) (length - at)).putShort(at + NetLayout.RTATTR_TYPE, type);
        return at + NetLayout.RTATTR_SIZE;
    }

    /** Completes it; gives its bytes. */
    int end() {
        buffer.putInt(NetLayout.NLMSG_LEN, length);
        return length;
    }
}
