package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * ARP for IPv4 over Ethernet (RFC 826).
 * <pre>
 *  0  2  hardware, 1 = Ethernet
 *  2  2  protocol, 0x0800 = IPv4
 *  4  1  length of a hardware address, 6
 *  5  1  length of a protocol address, 4
 *  6  2  operation
 *  8  6  sender's MAC
 * 14  4  sender's address
 * 18  6  target's MAC
 * 24  4  target's address
 * </pre>
 *
 * @param operation {@link #REQUEST} or {@link #REPLY}
 * @param senderMac the sender's MAC
 * @param sender the sender's address; {@code 0.0.0.0} in a probe (RFC 5227)
 * @param targetMac the target's MAC; of no meaning in a request
 * @param target the address that is asked for, or that of whom the reply is for
 */
public record ArpPacket(int operation, MacAddress senderMac, IpAddress sender, MacAddress targetMac, IpAddress target) {

    /** Asks for the target's MAC. */
    public static final int REQUEST = 1;
    /** Tells the sender's MAC. */
    public static final int REPLY = 2;
    /** Bytes of a packet. */
    public static final int LENGTH = 28;

    private static final long ETHERNET_AND_IPV4 = 0x0001_0800_06_04L;
    private static final MacAddress NO_MAC = new MacAddress(0);
    private static final int OPERATION = 6;
    private static final int SENDER_MAC = 8;
    private static final int SENDER = 14;
    private static final int TARGET_MAC = 18;
    private static final int TARGET = 24;

    /**
     * Takes a packet apart.
     *
     * @param packet from its position; bytes behind it are padding
     * @param drops counts it when it is dropped
     * @return the packet, or {@code null} when it was dropped
     */
    public static ArpPacket read(ByteBuffer packet, Drops drops) {
        int at = packet.position();
        if (packet.remaining() < LENGTH) {
            return drops.drop(DropReason.TRUNCATED);
        }
        int operation = packet.getShort(at + OPERATION) & 0xffff;
        if (packet.getLong(at) >>> 16 != ETHERNET_AND_IPV4 || operation != REQUEST && operation != REPLY) {
            return drops.drop(DropReason.NOT_UNDERSTOOD);
        }
        MacAddress senderMac = MacAddress.read(packet, at + SENDER_MAC);
        if (!senderMac.isUnicast()) {
            return drops.drop(DropReason.BAD_SOURCE);
        }
        return new ArpPacket(operation, senderMac, IpAddress.readIpv4(packet, at + SENDER),
                MacAddress.read(packet, at + TARGET_MAC), IpAddress.readIpv4(packet, at + TARGET));
    }

    /**
     * Tells everybody who has an address (RFC 5227, 3): a request for it that comes from it.
     *
     * @param address the address; IPv4
     * @param mac who has it
     * @return the announcement
     */
    public static ArpPacket announcement(IpAddress address, MacAddress mac) {
        return new ArpPacket(REQUEST, mac, address, NO_MAC, address);
    }

    /**
     * Asks who has an address, for somebody without one (RFC 5227, 2.1.1).
     *
     * @param address the address; IPv4
     * @param mac who asks
     * @return the probe
     */
    public static ArpPacket probe(IpAddress address, MacAddress mac) {
        return new ArpPacket(REQUEST, mac, IpAddress.UNSPECIFIED_IPV4, NO_MAC, address);
    }

    /**
     * The answer to this request.
     *
     * @param mac the target's MAC
     * @return the reply
     */
    public ArpPacket reply(MacAddress mac) {
        return new ArpPacket(REPLY, mac, target, senderMac, sender);
    }

    /**
     * Whether it asks if anybody has the address that its sender means to take (RFC 5227, 2.1.1).
     *
     * @return whether it is a request from {@code 0.0.0.0}
     */
    public boolean isProbe() {
        return operation == REQUEST && sender.isUnspecified();
    }

    /**
     * Writes the packet.
     *
     * @param to where; at least 28 bytes
     */
    public void write(ByteBuffer to) {
        to.putShort((short) (ETHERNET_AND_IPV4 >>> 32)).putInt((int) ETHERNET_AND_IPV4).putShort((short) operation);
        senderMac.write(to);
        sender.write(to);
        targetMac.write(to);
        target.write(to);
    }
}
