package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * An Ethernet II frame (IEEE 802.3, 3.2.6), without VLAN tags and without the check sequence, which cards add and take off.
 * <pre>
 *  0  6  destination
 *  6  6  source
 * 12  2  type
 * 14     payload
 * </pre>
 *
 * @param destination who it was sent to
 * @param source who sent it; a single station
 * @param type what the payload is
 * @param payload the rest of the frame, padding included; a view
 */
public record Ethernet(MacAddress destination, MacAddress source, int type, ByteBuffer payload) {

    /** Type of IPv4. */
    public static final int IPV4 = 0x0800;
    /** Type of ARP. */
    public static final int ARP = 0x0806;
    /** Type of IPv6. */
    public static final int IPV6 = 0x86dd;
    /** Bytes before the payload. */
    public static final int HEADER = 14;

    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    /**
     * Takes a frame apart.
     *
     * @param frame from its position to its limit, which stay where they are
     * @param drops counts it when it is dropped
     * @return the frame, or {@code null} when it was dropped
     */
    public static Ethernet read(ByteBuffer frame, Drops drops) {
        int at = frame.position();
        if (frame.remaining() < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        MacAddress source = MacAddress.read(frame, at + SOURCE);
        if (!source.isUnicast()) {
            return drops.drop(DropReason.BAD_SOURCE);
        }
        return new Ethernet(MacAddress.read(frame, at), source, frame.getShort(at + TYPE) & 0xffff,
                frame.slice(at + HEADER, frame.remaining() - HEADER));
    }

    /**
     * Writes a header; the payload goes behind it.
     *
     * @param to where; at least 14 bytes
     * @param destination who it is for
     * @param source who sends it
     * @param type what the payload is
     */
    public static void writeHeader(ByteBuffer to, MacAddress destination, MacAddress source, int type) {
        destination.write(to);
        source.write(to);
        to.putShort((short) type);
    }
}
