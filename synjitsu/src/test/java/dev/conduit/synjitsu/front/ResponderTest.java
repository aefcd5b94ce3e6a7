package dev.conduit.synjitsu.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.Frames;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import dev.conduit.synjitsu.wire.Segment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponderTest implements AddressPolicy {

    private static final MacAddress OURS = MacAddress.parse("02:00:00:00:00:11");
    private static final MacAddress CLIENT = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress GUEST = MacAddress.parse("02:00:00:00:00:99");
    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final IpAddress TEN = address("10.9.0.10");
    private static final IpAddress ELEVEN = address("10.9.0.11");
    private static final IpAddress SIX_TWO = address("fd09::2");
    private static final IpAddress SIX_SIXTEEN = address("fd09::10");
    private static final IpAddress SIX_SEVENTEEN = address("fd09::11");

    private final Drops drops = new Drops();
    private final List<ByteBuffer> sent = new ArrayList<>();
    private final List<String> claims = new ArrayList<>();
    private boolean answersProbes;
    private long now = 5_000_000_000L;
    private final Responder responder = Responder.onEthernet(
            OURS, new TableOptions(), SECRET, new TcpEvents() {}, this, drops, sent::add, now);

    @Override
    public boolean answersProbe(IpAddress address, MacAddress asker) {
        return answersProbes;
    }

    @Override
    public void claimed(IpAddress address, MacAddress by) {
        claims.add(address + " " + by);
    }

    @Test
    void shouldAnswerArp() {
        arm(TEN);
        receive(Frames.ARP_REQUEST);
        Ethernet frame = Ethernet.read(onlyFrame(), drops);
        assertThat(frame.destination()).isEqualTo(CLIENT);
        assertThat(frame.source()).isEqualTo(OURS);
        assertThat(ArpPacket.read(frame.payload(), drops))
                .isEqualTo(new ArpPacket(ArpPacket.REPLY, OURS, TEN, CLIENT, address("10.9.0.1")));
    }

    @Test
    void shouldAnswerSolicitations() {
        arm(SIX_SIXTEEN);
        receive(Frames.SOLICITATION);
        Ethernet frame = Ethernet.read(onlyFrame(), drops);
        assertThat(frame.destination()).isEqualTo(CLIENT);
        Neighbour answer = Neighbour.read(IpPacket.read(frame.payload(), drops), drops);
        assertThat(answer).isEqualTo(new Neighbour(false, SIX_SIXTEEN, SIX_SIXTEEN, OURS));
    }

    @Test
    void shouldLeaveOtherAddressesAlone() {
        arm(address("10.9.0.99"));
        for (String frame : new String[] {Frames.ARP_REQUEST, Frames.SOLICITATION, Frames.SYN, Frames.SYN_IPV6, Frames.ECHO,
            Frames.ECHO_IPV6, Frames.MULTICAST_LISTENER_REPORT, Frames.DUPLICATE_ADDRESS_DETECTION}) {
            receive(frame);
        }
        assertThat(sent).isEmpty();
        assertThat(claims).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerProbesOnlyAsThePolicySays(boolean policy) {
        answersProbes = policy;
        arm(TEN);
        arm(SIX_TWO);
        receive(Frames.DUPLICATE_ADDRESS_DETECTION);
        assertThat(sent).hasSize(policy ? 1 : 0);
        if (policy) {
            assertThat(Ethernet.read(onlyFrame(), drops).destination()).hasToString("33:33:00:00:00:01");
        }
        arp(new ArpPacket(ArpPacket.REQUEST, GUEST, address("0.0.0.0"), new MacAddress(0), TEN));
        assertThat(sent).hasSize(policy ? 1 : 0);
        assertThat(claims).isEmpty();
    }

    @Test
    void shouldTellWhenSomebodyElseClaimsAnAddress() {
        arm(TEN);
        arm(SIX_SIXTEEN);
        arp(ArpPacket.announcement(TEN, GUEST));
        responder.receive(Neighbour.announcement(SIX_SIXTEEN, GUEST, GUEST), now);
        assertThat(claims).containsExactly("10.9.0.10 " + GUEST, "fd09:0:0:0:0:0:0:10 " + GUEST);
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldAnnounceThreeTimesASecondApart() {
        responder.arm(TEN, Set.of(80), now);
        responder.arm(SIX_SIXTEEN, Set.of(80), now);
        for (int i = 0; i < 3; i++) {
            assertThat(responder.nextTimer()).hasValue(now);
            responder.advance(now);
            assertThat(sent).hasSize(2);
            Ethernet arp = Ethernet.read(sent.get(0), drops);
            assertThat(arp.destination()).isEqualTo(MacAddress.BROADCAST);
            assertThat(ArpPacket.read(arp.payload(), drops)).isEqualTo(ArpPacket.announcement(TEN, OURS));
            Ethernet neighbour = Ethernet.read(sent.get(1), drops);
            assertThat(neighbour.destination()).hasToString("33:33:00:00:00:01");
            assertThat(Neighbour.read(IpPacket.read(neighbour.payload(), drops), drops).targetMac()).isEqualTo(OURS);
            sent.clear();
            responder.advance(now + 999_999_999);
            assertThat(sent).isEmpty();
            now += 1_000_000_000;
        }
        assertThat(responder.nextTimer()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Frames.ECHO, Frames.ECHO_IPV6})
    void shouldAnswerEcho(String echo) {
        arm(ELEVEN);
        arm(SIX_SEVENTEEN);
        receive(echo);
        Ethernet frame = Ethernet.read(onlyFrame(), drops);
        assertThat(frame.destination()).isEqualTo(CLIENT);
        assertThat(IpPacket.read(frame.payload(), drops).source()).isIn(ELEVEN, SIX_SEVENTEEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {Frames.SYN, Frames.SYN_IPV6})
    void shouldAnswerSynWhereItCameFrom(String syn) {
        arm(ELEVEN);
        arm(SIX_SEVENTEEN);
        receive(syn);
        Segment answer = segment(onlyFrame());
        assertThat(answer.flags()).isEqualTo(Segment.SYN | Segment.ACK);
        now += 1_000_000_000;
        responder.advance(now);
        ByteBuffer again = onlyFrame();
        assertThat(Ethernet.read(again, drops).destination()).isEqualTo(CLIENT);
        assertThat(segment(again).sequence()).isEqualTo(answer.sequence());
        assertThat(drops.all()).isEmpty();
    }

    @Test
    void shouldNotAnswerTcpToEverybody() {
        arm(ELEVEN);
        ByteBuffer frame = Frames.bytes(Frames.SYN);
        frame.putLong(0, -1L << 16 | frame.getLong(0) & 0xffff);
        responder.receive(frame, now);
        assertThat(sent).isEmpty();
        assertThat(drops.all()).containsOnlyKeys(DropReason.NOT_UNICAST);
    }

    @Test
    void shouldNotAnswerItself() {
        arm(TEN);
        ByteBuffer frame = ByteBuffer.allocate(60);
        Ethernet.writeHeader(frame, MacAddress.BROADCAST, OURS, Ethernet.ARP);
        ArpPacket.announcement(TEN, OURS).write(frame);
        responder.receive(frame.rewind(), now);
        assertThat(claims).isEmpty();
        assertThat(drops.all()).containsOnlyKeys(DropReason.BAD_SOURCE);
    }

    @Test
    void shouldKeepWhatComesDuringAHandOverAndGiveItToTheGuest() {
        arm(ELEVEN);
        responder.hold(ELEVEN);
        receive(Frames.SYN);
        receive(Frames.ECHO);
        assertThat(sent).as("echo is answered").hasSize(1);
        sent.clear();
        responder.release(ELEVEN, GUEST, now);
        ByteBuffer kept = onlyFrame();
        Ethernet frame = Ethernet.read(kept, drops);
        assertThat(frame.destination()).isEqualTo(GUEST);
        assertThat(frame.source()).isEqualTo(OURS);
        assertThat(Frames.hex(frame.payload())).isEqualTo(Frames.SYN.substring(28));

        responder.advance(now);
        ArpPacket announced = ArpPacket.read(Ethernet.read(onlyFrame(), drops).payload(), drops);
        assertThat(announced).isEqualTo(ArpPacket.announcement(ELEVEN, GUEST));
        receive(Frames.SYN);
        receive(Frames.ECHO);
        assertThat(sent).extracting(each -> Ethernet.read(each, drops).destination()).containsExactly(GUEST, GUEST);
        assertThat(responder.table().size()).isZero();
        sent.clear();
        arp(new ArpPacket(ArpPacket.REQUEST, CLIENT, address("10.9.0.1"), new MacAddress(0), ELEVEN));
        assertThat(sent).as("the guest answers for itself").isEmpty();
    }

    @Test
    void shouldNotPassOnWhatIsForSomebodyElse() {
        arm(ELEVEN);
        responder.release(ELEVEN, GUEST, now);
        ByteBuffer frame = Frames.bytes(Frames.SYN);
        frame.put(5, (byte) 0x99);
        responder.receive(frame, now);
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldUseWhatCameDuringAHandOverThatCameToNothing() {
        arm(ELEVEN);
        responder.hold(ELEVEN);
        receive(Frames.SYN);
        assertThat(sent).isEmpty();
        responder.resume(ELEVEN, now);
        assertThat(segment(onlyFrame()).flags()).isEqualTo(Segment.SYN | Segment.ACK);
    }

    @Test
    void shouldBoundWhatItKeeps() {
        arm(ELEVEN);
        responder.hold(ELEVEN);
        for (int i = 0; i < Standing.MOST_KEPT + 5; i++) {
            receive(Frames.SYN);
        }
        assertThat(drops.all()).containsExactly(Map.entry(DropReason.NOT_KEPT, 5L));
        responder.release(ELEVEN, GUEST, now);
        assertThat(sent).hasSize(Standing.MOST_KEPT);
    }

    @Test
    void shouldArmAgainAfterRelease() {
        for (int sleep = 0; sleep < 3; sleep++) {
            arm(ELEVEN);
            receive(Frames.SYN);
            assertThat(segment(onlyFrame()).flags()).isEqualTo(Segment.SYN | Segment.ACK);
            responder.hold(ELEVEN);
            responder.release(ELEVEN, GUEST, now);
            sent.clear();
        }
        responder.forget(ELEVEN);
        receive(Frames.SYN);
        assertThat(sent).isEmpty();
        assertThatThrownBy(() -> responder.announce(ELEVEN, now)).hasMessage("address 10.9.0.11 is not known to the front");
    }

    @Test
    void shouldAnswerBarePackets() {
        Responder tun = Responder.onIp(new TableOptions(), SECRET, new TcpEvents() {}, drops, sent::add, now);
        tun.arm(ELEVEN, Set.of(80), now);
        tun.arm(SIX_SEVENTEEN, Set.of(80), now);
        for (String frame : new String[] {Frames.SYN, Frames.SYN_IPV6, Frames.ECHO, Frames.ECHO_IPV6}) {
            tun.receive(Frames.bytes(frame.substring(28)), now);
            assertThat(IpPacket.read(onlyFrame(), drops).source()).isIn(ELEVEN, SIX_SEVENTEEN);
        }
        assertThat(tun.nextTimer()).as("only for the SYN-ACKs").hasValue(now + 1_000_000_000);
        assertThat(drops.all()).isEmpty();
        assertThatThrownBy(() -> tun.release(ELEVEN, GUEST, now))
                .hasMessage("this link carries bare IP packets: 10.9.0.11 cannot be released to a MAC");
    }

    @Test
    void shouldNotThrowOnAnyFrame() {
        String[] frames = {Frames.ARP_REQUEST, Frames.SOLICITATION, Frames.DUPLICATE_ADDRESS_DETECTION, Frames.SYN,
            Frames.SYN_IPV6, Frames.ECHO, Frames.ECHO_IPV6, Frames.MULTICAST_LISTENER_REPORT};
        Responder tun = Responder.onIp(new TableOptions(), SECRET, new TcpEvents() {}, drops, sent::add, now);
        for (IpAddress address : new IpAddress[] {TEN, ELEVEN, SIX_TWO, SIX_SIXTEEN, SIX_SEVENTEEN}) {
            arm(address);
            tun.arm(address, Set.of(80), now);
        }
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 5_000; i++) {
                ByteBuffer frame = Frames.bytes(frames[random.nextInt(frames.length)]);
                for (int changes = random.nextInt(3); changes > 0; changes--) {
                    frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
                }
                frame.limit(random.nextInt(4) == 0 ? random.nextInt(frame.limit() + 1) : frame.limit());
                ByteBuffer packet = frame.slice(Math.min(14, frame.limit()), Math.max(0, frame.limit() - 14));
                try {
                    responder.receive(frame, now);
                    tun.receive(packet, now);
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + " step " + i + ": " + Frames.hex(frame), e);
                }
            }
        }
        assertThat(sent).hasSizeGreaterThan(1000);
        assertThat(responder.table().size()).isLessThan(300);
    }

    private void arm(IpAddress address) {
        responder.arm(address, Set.of(80), now);
        for (int i = 0; i < 3; i++) {
            now += 1_000_000_000;
            responder.advance(now);
        }
        sent.clear();
    }

    private void receive(String frame) {
        responder.receive(Frames.bytes(frame), now);
    }

    private void arp(ArpPacket packet) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        Ethernet.writeHeader(frame, MacAddress.BROADCAST, packet.senderMac(), Ethernet.ARP);
        packet.write(frame);
        responder.receive(frame.rewind(), now);
    }

    private ByteBuffer onlyFrame() {
        assertThat(sent).hasSize(1);
        return sent.remove(0);
    }

    private Segment segment(ByteBuffer frame) {
        return Segment.read(IpPacket.read(Ethernet.read(frame, drops).payload(), drops), 0, drops);
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
