package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * Neighbour solicitation and advertisement, IPv6's ARP (RFC 4861, 4.3 and 4.4).
 * <pre>
 *  0  1  type: solicitation 135, advertisement 136
 *  1  1  code, 0
 *  2  2  checksum, over the pseudo header, too
 *  4  4  flags of an advertisement: 0x40000000 solicited, 0x20000000 override
 *  8 16  target
 * 24     options: type, length in 8 bytes, value; 1 = the sender's MAC, 2 = the target's
 * </pre>
 *
 * @param solicitation whether it asks; else it tells
 * @param source who sent it
 * @param target the address that is asked for or told about
 * @param targetMac the target's MAC as an advertisement tells it, or {@code null}
 */
public record Neighbour(boolean solicitation, IpAddress source, IpAddress target, MacAddress targetMac) {

    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int HEADER = 24;
    private static final int CHECKSUM = 2;
    private static final int TARGET = 8;
    private static final int SOURCE_MAC_OPTION = 1;
    private static final int TARGET_MAC_OPTION = 2;
    private static final int MAC_OPTION_LENGTH = 8;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final int FROM_THIS_LINK = 255;
    private static final int LENGTH = HEADER + MAC_OPTION_LENGTH;

    /**
     * Whether a packet is one of these.
     *
     * @param packet any packet
     * @return whether {@link #read} is the one to take it apart
     */
    public static boolean isNeighbour(IpPacket packet) {
        if (packet.protocol() != IpPacket.ICMPV6 || packet.source().isIpv4() || !packet.payload().hasRemaining()) {
            return false;
        }
        int type = packet.payload().get(0) & 0xff;
        return type == SOLICITATION || type == ADVERTISEMENT;
    }

    /**
     * Takes a message apart and checks what RFC 4861, 7.1 says to check.
     *
     * @param packet one that {@link #isNeighbour}
     * @param drops counts it when it is dropped
     * @return the message, or {@code null} when it was dropped
     */
    public static Neighbour read(IpPacket packet, Drops drops) {
        ByteBuffer message = packet.payload();
        int length = message.remaining();
        if (length < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        long sum = Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.ICMPV6, length);
        if (Checksum.finish(Checksum.add(sum, message, 0, length)) != 0) {
            return drops.drop(DropReason.BAD_CHECKSUM);
        }
        boolean solicitation = (message.get(0) & 0xff) == SOLICITATION;
        IpAddress target = IpAddress.readIpv6(message, TARGET);
        if (packet.hopLimit() != FROM_THIS_LINK || message.get(1) != 0 || !target.isUnicast()) {
            return drops.drop(DropReason.BAD_HEADER);
        }
        MacAddress[] macs = new MacAddress[2];
        for (int option = HEADER; option < length;) {
            int optionLength = option + 2 > length ? 0 : (message.get(option + 1) & 0xff) * 8;
            if (optionLength == 0 || option + optionLength > length) {
                return drops.drop(DropReason.BAD_HEADER);
            }
            int type = message.get(option) & 0xff;
            if ((type == SOURCE_MAC_OPTION || type == TARGET_MAC_OPTION) && optionLength == MAC_OPTION_LENGTH) {
                macs[type - 1] = MacAddress.read(message, option + 2);
            }
            option += optionLength;
        }
        if (packet.source().isUnspecified()
                && (!solicitation || macs[0] != null || !packet.destination().equals(target.solicitedNode()))) {
            return drops.drop(DropReason.BAD_HEADER);
        }
        return new Neighbour(solicitation, packet.source(), target, macs[1]);
    }

    /**
     * Whether it asks if anybody has the address that its sender means to take (RFC 4862, 5.4).
     *
     * @return whether it is a solicitation from {@code ::}
     */
    public boolean isProbe() {
        return solicitation && source.isUnspecified();
    }

    /**
     * Answers a solicitation, as a whole frame.
     *
     * @param asker where the solicitation came from
     * @param from who sends the frame
     * @param mac the target's MAC
     * @return the frame; to everybody when the asker has no address yet
     */
    public ByteBuffer reply(MacAddress asker, MacAddress from, MacAddress mac) {
        return source.isUnspecified() ? announcement(target, from, mac)
                : advertisement(target, source, asker, from, mac, SOLICITED | OVERRIDE);
    }

    /**
     * Tells everybody on the link who has an address (RFC 4861, 7.2.6), as a whole frame.
     *
     * @param address the address; IPv6
     * @param from who sends the frame
     * @param mac who has the address
     * @return the frame
     */
    public static ByteBuffer announcement(IpAddress address, MacAddress from, MacAddress mac) {
        IpAddress all = IpAddress.ALL_NODES;
        return advertisement(address, all, MacAddress.ofGroup(all), from, mac, OVERRIDE);
    }

    /**
     * Asks one host for its own address (RFC 4861, 7.2.2), as a whole frame; it learns where the sender is.
     *
     * @param sender who asks; IPv6
     * @param senderMac where the sender is
     * @param target the address that is asked for, and asked
     * @param to the MAC it is at
     * @param from who sends the frame
     * @return the frame
     */
    public static ByteBuffer solicitation(IpAddress sender, MacAddress senderMac, IpAddress target, MacAddress to,
            MacAddress from) {
        return message(SOLICITATION, 0, target, SOURCE_MAC_OPTION, senderMac, sender, target, to, from);
    }

    /**
     * Asks who has an address, as a whole frame to the group of those who may.
     *
     * @param sender who asks; IPv6
     * @param senderMac where the answer goes, and who sends the frame
     * @param target the address that is asked for
     * @return the frame
     */
    public static ByteBuffer solicitation(IpAddress sender, MacAddress senderMac, IpAddress target) {
        IpAddress group = target.solicitedNode();
        return message(SOLICITATION, 0, target, SOURCE_MAC_OPTION, senderMac, sender, group, MacAddress.ofGroup(group),
                senderMac);
    }

    private static ByteBuffer advertisement(IpAddress target, IpAddress to, MacAddress toMac, MacAddress from,
            MacAddress mac, int flags) {
        return message(ADVERTISEMENT, flags, target, TARGET_MAC_OPTION, mac, target, to, toMac, from);
    }

    private static ByteBuffer message(int type, int flags, IpAddress target, int option, MacAddress mac, IpAddress source,
            IpAddress to, MacAddress toMac, MacAddress from) {
        int at = Ethernet.HEADER + Ipv6.HEADER;
        ByteBuffer frame = ByteBuffer.allocate(at + LENGTH);
        Ethernet.writeHeader(frame, toMac, from, Ethernet.IPV6);
        Ipv6.writeHeader(frame, source, to, IpPacket.ICMPV6, FROM_THIS_LINK, LENGTH);
        frame.put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags);
        target.write(frame);
        frame.put((byte) option).put((byte) (MAC_OPTION_LENGTH / 8));
        mac.write(frame);
        long sum = Checksum.pseudoHeader(source, to, IpPacket.ICMPV6, LENGTH);
        frame.putShort(at + CHECKSUM, Checksum.finish(Checksum.add(sum, frame, at, LENGTH)));
        return frame.flip();
    }
}
