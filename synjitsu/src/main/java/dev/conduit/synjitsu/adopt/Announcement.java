package dev.conduit.synjitsu.adopt;

import dev.conduit.core.net.FrameLink;
import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * Tells the link of an interface that its addresses are here now: gratuitous ARP (RFC 5227, 3) and unsolicited neighbour
 * advertisements (RFC 4861, 7.2.6). Needs CAP_NET_RAW.
 */
public final class Announcement {

    private Announcement() {
    }

    /**
     * Announces addresses, once each.
     *
     * @param device the interface that has them
     * @param addresses of either family
     * @throws IOException when the interface cannot be had, has no Ethernet, or is down
     */
    public static void send(String device, Collection<InetAddress> addresses) throws IOException {
        try (FrameLink link = FrameLink.on(device)) {
            byte[] bytes = link.mac();
            if (bytes.length == 0) {
                throw new IOException(link + " has no Ethernet: there is nobody to announce addresses to");
            }
            MacAddress mac = new MacAddress(ByteBuffer.allocate(Long.BYTES).put(2, bytes).getLong(0));
            for (InetAddress address : addresses) {
                if (!link.send(frame(IpAddress.of(address), mac))) {
                    throw new IOException(link + " is down: " + address.getHostAddress() + " was not announced");
                }
            }
        }
    }

    private static ByteBuffer frame(IpAddress address, MacAddress mac) {
        if (!address.isIpv4()) {
            return Neighbour.announcement(address, mac, mac);
        }
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, MacAddress.BROADCAST, mac, Ethernet.ARP);
        ArpPacket.announcement(address, mac).write(frame);
        return frame.flip();
    }
}
