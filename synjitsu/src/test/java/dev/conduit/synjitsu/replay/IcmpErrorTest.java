package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of a router about what a guest has sent, which come to the front as the router believes the guest to be there. */
final class IcmpErrorTest {

    private static final int SHIFT = 500;

    /** What a router says of a segment that it was given: "too big", 1280 bytes at most. */
    private static ByteBuffer tooBig(ReplayRig rig, ByteBuffer quoted, int bytes) {
        boolean four = rig.service.isIpv4();
        int header = four ? 20 : 40;
        int length = 8 + bytes;
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + header + length);
        Ethernet.writeHeader(frame, ReplaySimulation.FRONT, ReplaySimulation.CLIENT, four ? Ethernet.IPV4 : Ethernet.IPV6);
        IpAddress router = ReplaySimulation.address(four ? "10.9.0.254" : "fd09::254");
        int ip = frame.position();
        if (four) {
            frame.putShort((short) 0x4500).putShort((short) (header + length)).putInt(0).put((byte) 64).put((byte) 1)
                    .putShort((short) 0).put(router.toInetAddress().getAddress()).put(rig.service.toInetAddress().getAddress());
            frame.putShort(ip + 10, (short) ~sum(frame, ip, header, 0));
        } else {
            frame.putInt(0x6000_0000).putShort((short) length).put((byte) 58).put((byte) 64)
                    .put(router.toInetAddress().getAddress()).put(rig.service.toInetAddress().getAddress());
        }
        int icmp = frame.position();
        frame.putShort((short) (four ? 0x0304 : 0x0200)).putShort((short) 0).putInt(1280)
                .put(quoted.array(), Ethernet.HEADER, bytes);
        frame.putShort(icmp + 2, (short) ~icmpSum(frame, four));
        return frame.rewind();
    }

    private static int sum(ByteBuffer bytes, int from, int length, int begin) {
        int sum = begin;
        for (int at = from; at < from + length; at += 2) {
            sum += bytes.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }

    private static int icmpSum(ByteBuffer frame, boolean four) {
        int icmp = Ethernet.HEADER + (four ? 20 : 40);
        int length = frame.limit() - icmp;
        return sum(frame, icmp, length, four ? 0 : sum(frame, Ethernet.HEADER + 8, 32, 58 + length));
    }

    /** A segment of the guest as the client's side of the front has seen it. */
    private static ByteBuffer translated(ReplayRig rig, int port) {
        return ReplaySimulation.frame(Segment.from(rig.service, 80, rig.client, port).flags(Segment.ACK)
                .sequence(501 + SHIFT).acknowledgement(5).payload(ByteBuffer.allocate(1000)).build(), ReplaySimulation.FRONT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.10", "fd09::10"})
    void shouldTellTheGuestInItsOwnNumbers(String service) {
        ReplayRig rig = new ReplayRig(service);
        boolean four = rig.service.isIpv4();
        int tcp = four ? 20 : 40;
        for (int bytes : new int[] {tcp + 8, tcp + 20, tcp + 300}) {
            assertThat(rig.receive(tooBig(rig, translated(rig, 4000), bytes))).isTrue();
            assertThat(rig.last.getLong(0) >>> 16).as("to").isEqualTo(ReplaySimulation.GUEST.bits());
            assertThat(rig.last.getInt(Ethernet.HEADER + tcp + 8 + tcp + 4)).as("sequence number").isEqualTo(501);
            assertThat(icmpSum(rig.last, four)).as("checksum").isEqualTo(0xffff);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.10", "fd09::10"})
    void shouldPassOnWhatIsNotTranslated(String service) {
        ReplayRig rig = new ReplayRig(service);
        int tcp = rig.service.isIpv4() ? 20 : 40;
        ByteBuffer frame = tooBig(rig, translated(rig, 4999), tcp + 8);
        ByteBuffer before = ReplaySimulation.copy(frame);
        assertThat(rig.receive(frame)).isTrue();
        assertThat(rig.last.getLong(0) >>> 16).as("to").isEqualTo(ReplaySimulation.GUEST.bits());
        assertThat(rig.last.slice(Ethernet.HEADER, frame.limit() - Ethernet.HEADER))
                .isEqualTo(before.slice(Ethernet.HEADER, frame.limit() - Ethernet.HEADER));
    }

    @Test
    void shouldNotBreakOnAnyError() {
        SplittableRandom random = new SplittableRandom(4);
        for (String service : new String[] {"10.9.0.10", "fd09::10"}) {
            ReplayRig rig = new ReplayRig(service);
            int header = rig.service.isIpv4() ? 20 : 40;
            for (int round = 0; round < 50_000; round++) {
                ByteBuffer frame = tooBig(rig, translated(rig, 4000), 2 * random.nextInt(header / 2 + 50));
                for (int changes = random.nextInt(4); changes > 0; changes--) {
                    int at = Ethernet.HEADER + header + random.nextInt(frame.limit() - Ethernet.HEADER - header);
                    frame.put(at, (byte) random.nextInt());
                }
                rig.receive(frame);
            }
            assertThat(rig.passed).isGreaterThan(10_000);
        }
    }
}
