package dev.conduit.synjitsu.front;

import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Tells the link who has an address, asked or not: ARP, and neighbour discovery of IPv6. */
final class Neighbours {

    private final MacAddress mac;
    private final AddressPolicy policy;
    private final Predicate<IpAddress> ours;
    private final Drops drops;
    private final Consumer<ByteBuffer> output;

    Neighbours(MacAddress mac, AddressPolicy policy, Predicate<IpAddress> ours, Drops drops, Consumer<ByteBuffer> output) {
        this.mac = mac;
        this.policy = policy;
        this.ours = ours;
        this.drops = drops;
        this.output = output;
    }

    void arp(Ethernet frame) {
        ArpPacket packet = ArpPacket.read(frame.payload(), drops);
        if (packet == null) {
            return;
        }
        if (ours.test(packet.sender())) {
            policy.claimed(packet.sender(), packet.senderMac());
        } else if (packet.operation() == ArpPacket.REQUEST && ours.test(packet.target())
                && (!packet.isProbe() || policy.answersProbe(packet.target(), packet.senderMac()))) {
            send(packet.reply(mac), frame.source());
        }
    }

    void neighbour(IpPacket packet, MacAddress from) {
        Neighbour message = Neighbour.read(packet, drops);
        if (message == null || !ours.test(message.target())) {
            return;
        }
        if (!message.solicitation()) {
            policy.claimed(message.target(), message.targetMac() == null ? from : message.targetMac());
        } else if (!message.isProbe() || policy.answersProbe(message.target(), from)) {
            output.accept(message.reply(from, mac, mac));
        }
    }

    void announce(IpAddress address, MacAddress owner) {
        if (address.isIpv4()) {
            send(ArpPacket.announcement(address, owner), MacAddress.BROADCAST);
        } else {
            output.accept(Neighbour.announcement(address, mac, owner));
        }
    }

    void lookFor(IpAddress address) {
        if (address.isIpv4()) {
            send(ArpPacket.probe(address, mac), MacAddress.BROADCAST);
        } else {
            output.accept(Neighbour.solicitation(IpAddress.linkLocal(mac), mac, address));
        }
    }

    private void send(ArpPacket packet, MacAddress to) {
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, to, mac, Ethernet.ARP);
        packet.write(frame);
        output.accept(frame.flip());
    }
}
