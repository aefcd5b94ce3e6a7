package dev.conduit.bench.chain;

import java.nio.ByteBuffer;

/**
 * A UDP packet (RFC 791, RFC 768) with what is measured in its payload.
 * <pre>
 *  0  20  IPv4 header: length at 2, time to live at 8, checksum at 10
 * 20   8  UDP header, without a checksum
 * 28   8  number
 * 36   8  when it was sent, System.nanoTime
 * </pre>
 */
final class TestPacket {

    private static final int IP_HEADER = 20;
    private static final int LIFE_TIME = 8;
    private static final int CHECKSUM = 10;
    private static final int UDP = 17;
    private static final int NUMBER = 28;
    private static final int TIME = 36;

    private TestPacket() {}

    static ByteBuffer udp(int size, int lifeTime, int port) {
        ByteBuffer packet = ByteBuffer.allocateDirect(size);
        packet.putInt(0x45000000 | size).putInt(0).put((byte) lifeTime).put((byte) UDP).putShort((short) 0);
        packet.putInt(0x0A000001).putInt(0x0A000002);
        packet.putShort((short) port).putShort((short) port).putShort((short) (size - IP_HEADER)).putShort((short) 0);
        return packet.putShort(CHECKSUM, (short) ~sum(packet));
    }

    static void stamp(ByteBuffer packet, long number, long time) {
        packet.putLong(NUMBER, number).putLong(TIME, time);
    }

    static long number(ByteBuffer packet) {
        return packet.getLong(NUMBER);
    }

    static long time(ByteBuffer packet) {
        return packet.getLong(TIME);
    }

    static int lifeTime(ByteBuffer packet) {
        return packet.get(LIFE_TIME) & 0xFF;
    }

    /** The one's complement sum of the header (RFC 1071): 0xFFFF with a right checksum in it. */
    static int sum(ByteBuffer packet) {
        int sum = 0;
        for (int at = 0; at < IP_HEADER; at += Short.BYTES) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }
}
