package dev.conduit.synjitsu.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownBytesTest {

    private static final MacAddress KERNEL = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress OURS = MacAddress.parse("02:00:00:00:00:11");

    private final Drops drops = new Drops();

    @Test
    void shouldReadSyn() throws Exception {
        Ethernet frame = Ethernet.read(Frames.bytes(Frames.SYN), drops);
        Segment syn = Segment.read(IpPacket.read(frame.payload(), drops), frame.source().bits(), drops);
        assertThat(frame.destination()).isEqualTo(OURS);
        assertThat(syn.toString()).isEqualTo("10.9.0.1:60706 > 10.9.0.11:80 [S] seq 2915296722 ack 0 win 64240 len 0");
        assertThat(syn.options()).isEqualTo(new TcpOptions(1460, 10, true, true, 0x0d9b5600, 0, new int[0]));
        assertThat(syn.source().toInetAddress()).isEqualTo(InetAddress.getByName("10.9.0.1"));
        assertThat(syn.via()).isEqualTo(KERNEL.bits());
        assertThat(drops.all()).isEmpty();
    }

    @Test
    void shouldReadSynOfIpv6() throws Exception {
        Segment syn = Segment.read(IpPacket.read(Frames.packet(Frames.SYN_IPV6), drops), 0, drops);
        assertThat(syn.source().toInetAddress()).isEqualTo(InetAddress.getByName("fd09::1"));
        assertThat(syn.destination()).isEqualTo(IpAddress.of(InetAddress.getByName("fd09::11")));
        assertThat(syn.options().maxSegment()).isEqualTo(1440);
        assertThat(syn.flags()).isEqualTo(Segment.SYN);
    }

    @Test
    void shouldWriteWhatTheKernelWrites() {
        Segment syn = Segment.read(IpPacket.read(Frames.packet(Frames.SYN_IPV6), drops), 0, drops);
        ByteBuffer written = syn.toPacket(0);
        // All but the flow label, which we have none of.
        assertThat(Frames.hex(written).substring(8)).isEqualTo(Frames.hex(Frames.packet(Frames.SYN_IPV6)).substring(8));
        Segment ipv4 = Segment.read(IpPacket.read(Frames.packet(Frames.SYN), drops), 0, drops);
        assertThat(Frames.hex(ipv4.toPacket(0)).substring(40)).isEqualTo(Frames.hex(Frames.packet(Frames.SYN)).substring(40));
        assertThat(Segment.read(IpPacket.read(ipv4.toPacket(0), drops), 0, drops)).hasToString(ipv4.toString());
    }

    @Test
    void shouldReadAndAnswerArp() {
        ArpPacket request = ArpPacket.read(Ethernet.read(Frames.bytes(Frames.ARP_REQUEST), drops).payload(), drops);
        assertThat(request.isProbe()).isFalse();
        assertThat(request.target()).hasToString("10.9.0.10");
        ByteBuffer reply = ByteBuffer.allocate(ArpPacket.LENGTH);
        request.reply(OURS).write(reply);
        assertThat(Frames.hex(reply.flip())).isEqualTo("000108000604" + "0002" + "0200000000110a09000a" + "0200000000010a090001");
    }

    @Test
    void shouldReadSolicitations() {
        Neighbour question = Neighbour.read(IpPacket.read(Frames.packet(Frames.SOLICITATION), drops), drops);
        assertThat(question.target()).hasToString("fd09:0:0:0:0:0:0:10");
        assertThat(question.isProbe()).isFalse();
        Neighbour probe = Neighbour.read(IpPacket.read(Frames.packet(Frames.DUPLICATE_ADDRESS_DETECTION), drops), drops);
        assertThat(probe.isProbe()).isTrue();
        assertThat(drops.all()).isEmpty();
    }

    @Test
    void shouldAnswerSolicitation() {
        Neighbour question = Neighbour.read(IpPacket.read(Frames.packet(Frames.SOLICITATION), drops), drops);
        Ethernet frame = Ethernet.read(question.reply(KERNEL, OURS, OURS), drops);
        IpPacket packet = IpPacket.read(frame.payload(), drops);
        Neighbour answer = Neighbour.read(packet, drops);
        assertThat(frame.destination()).isEqualTo(KERNEL);
        assertThat(answer).isEqualTo(new Neighbour(false, question.target(), question.target(), OURS));
        assertThat(packet.payload().getInt(4)).as("solicited, override").isEqualTo(0x6000_0000);
        assertThat(drops.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Frames.ECHO, Frames.ECHO_IPV6})
    void shouldAnswerEcho(String frame) {
        IpPacket request = IpPacket.read(Frames.packet(frame), drops);
        IpPacket reply = IpPacket.read(IcmpEcho.reply(request, 14, drops).position(14), drops);
        boolean ipv4 = request.source().isIpv4();
        assertThat(reply.destination()).isEqualTo(request.source());
        assertThat(reply.payload().get(0) & 0xff).isEqualTo(ipv4 ? 0 : 129);
        // The type is 8 less, or 1 more, so the checksum is the other way round; the rest is the same.
        int change = ipv4 ? 0x0800 : -0x0100;
        assertThat(reply.payload().getShort(2)).isEqualTo((short) (request.payload().getShort(2) + change));
        assertThat(Frames.hex(reply.payload().position(4))).isEqualTo(Frames.hex(request.payload().position(4)));
    }

    @Test
    void shouldPassOverHopByHopOptions() {
        ByteBuffer report = Frames.packet(Frames.MULTICAST_LISTENER_REPORT);
        assertThat(IpPacket.read(report, drops).protocol()).isEqualTo(IpPacket.ICMPV6);
    }

    @Test
    void shouldSumLikeTheExampleOfRfc1071() {
        ByteBuffer example = Frames.bytes("0001f203f4f5f6f7");
        assertThat(Checksum.finish(Checksum.add(0, example, 0, 8))).isEqualTo((short) ~0xddf2);
        assertThat(Checksum.finish(Checksum.add(0, example, 0, 7))).isEqualTo((short) ~(0xddf2 - 0xf7));
    }
}
