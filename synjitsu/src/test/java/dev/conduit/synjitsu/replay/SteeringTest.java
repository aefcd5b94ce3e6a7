package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told that who is where. */
final class SteeringTest {

    private static final MacAddress FRONT = ReplaySimulation.FRONT;
    private static final MacAddress CLIENT = ReplaySimulation.CLIENT;
    private static final MacAddress GUEST = ReplaySimulation.GUEST;
    private final ReplayRig rig = new ReplayRig("10.9.0.10");

    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (ByteBuffer frame : rig.sent) {
            Ethernet ethernet = Ethernet.read(frame, new Drops());
            if (ethernet.type() == Ethernet.ARP) {
                ArpPacket packet = ArpPacket.read(ethernet.payload(), new Drops());
                told.add(name(ethernet.destination()) + ": " + packet.sender() + " is at " + name(packet.senderMac()));
            }
        }
        rig.sent.clear();
        return told;
    }

    private static String name(MacAddress mac) {
        return mac.equals(FRONT) ? "front" : mac.equals(CLIENT) ? "client" : mac.equals(GUEST) ? "guest" : mac.toString();
    }

    private void arp(ArpPacket packet, MacAddress from, MacAddress to) {
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, to, from, Ethernet.ARP);
        packet.write(frame);
        rig.receive(frame.flip());
    }

    private ArpPacket request(MacAddress mac, boolean client) {
        return new ArpPacket(ArpPacket.REQUEST, mac, client ? rig.client : rig.service, new MacAddress(0),
                client ? rig.service : rig.client);
    }

    @Test
    void shouldStandBetweenThePairOnly() {
        assertThat(told()).containsExactly("guest: 10.9.0.1 is at front", "client: 10.9.0.10 is at front");
    }

    @Test
    void shouldSayItAgainWhenOneAsksAllForTheOther() {
        told();
        arp(request(CLIENT, true), CLIENT, MacAddress.BROADCAST);
        assertThat(told()).contains("guest: 10.9.0.1 is at front", "client: 10.9.0.10 is at front");
        arp(request(GUEST, false), GUEST, MacAddress.BROADCAST);
        assertThat(told()).contains("guest: 10.9.0.1 is at front", "client: 10.9.0.10 is at front");
        arp(request(CLIENT, true), CLIENT, FRONT);
        assertThat(told()).as("an answer, and no more").containsExactly("client: 10.9.0.10 is at front");
    }

    @Test
    void shouldSayItAgainWhenTheGuestAnnouncesItself() {
        told();
        arp(ArpPacket.announcement(rig.service, GUEST), GUEST, MacAddress.BROADCAST);
        rig.replays.advance(rig.now);
        assertThat(told()).containsExactly("guest: 10.9.0.1 is at front", "client: 10.9.0.10 is at front");
    }

    @Test
    void shouldTellTheTruthInTheEnd() {
        told();
        rig.receive(ReplaySimulation.frame(Segment.from(rig.client, 4000, rig.service, 80).flags(Segment.RST).sequence(5)
                .build(), CLIENT));
        rig.now += 6_000_000_000L;
        rig.replays.advance(rig.now);
        assertThat(rig.replays.count(rig.service)).isZero();
        assertThat(told()).endsWith("guest: 10.9.0.1 is at client", "client: 10.9.0.10 is at guest");
    }

    @Test
    void shouldSteerTheRouterOfClientsBeyondIt() {
        MacAddress router = MacAddress.parse("02:00:00:00:00:09");
        IpAddress far = ReplaySimulation.address("192.0.2.1");
        told();
        arp(new ArpPacket(ArpPacket.REQUEST, router, ReplaySimulation.address("10.9.0.254"), new MacAddress(0), rig.service),
                router, MacAddress.BROADCAST);
        rig.restore(router, far, 5000);
        rig.restore(router, far, 5001);
        assertThat(told()).contains("guest: 10.9.0.254 is at front", router + ": 10.9.0.10 is at front");
        end(far, 5000, router);
        assertThat(told()).noneMatch(line -> line.endsWith("guest"));
        ByteBuffer other = ReplaySimulation.frame(Segment.from(rig.service, 80, ReplaySimulation.address("192.0.2.99"), 1)
                .flags(Segment.ACK).build(), GUEST);
        assertThat(rig.receive(other)).isTrue();
        assertThat(Ethernet.read(rig.last, new Drops()).destination()).isEqualTo(router);
        end(far, 5001, router);
        assertThat(told()).contains("guest: 10.9.0.254 is at " + router, router + ": 10.9.0.10 is at guest");
    }

    private void end(IpAddress client, int port, MacAddress via) {
        rig.receive(ReplaySimulation.frame(Segment.from(client, port, rig.service, 80).flags(Segment.RST).sequence(5)
                .build(), via));
        rig.now += 6_000_000_000L;
        rig.replays.advance(rig.now);
    }

    @Test
    void shouldPassOnOtherConnectionsOfTheGuestAsTheyAre() {
        ByteBuffer other = ReplaySimulation.frame(Segment.from(rig.service, 80, rig.client, 4001).flags(Segment.ACK)
                .sequence(77).build(), GUEST);
        ByteBuffer was = ReplaySimulation.copy(other);
        assertThat(rig.receive(other)).isTrue();
        assertThat(Ethernet.read(rig.last, new Drops()).destination()).isEqualTo(CLIENT);
        assertThat(rig.last.slice(Ethernet.HEADER, was.limit() - Ethernet.HEADER))
                .isEqualTo(was.slice(Ethernet.HEADER, was.limit() - Ethernet.HEADER));
    }
}
