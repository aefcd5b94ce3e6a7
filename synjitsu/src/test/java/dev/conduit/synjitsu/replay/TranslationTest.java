package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TranslationTest {

    private static final IpAddress SERVICE = ReplaySimulation.address("10.9.0.10");
    private static final IpAddress CLIENT = ReplaySimulation.address("10.9.0.1");
    private static final int KEPT = 100;
    private static final int RECEIVED = 40;

    /** The client was told that everything up to {@link #RECEIVED} is there; numbers go round just before. */
    private static Tcb tcb(int clientScale, int ourScale) {
        return new Tcb(new InetSocketAddress(SERVICE.toInetAddress(), 80), new InetSocketAddress(CLIENT.toInetAddress(), 4000),
                TcpState.ESTABLISHED, 5, 5, 1000, 0, 1000, RECEIVED, 30_000, clientScale, ourScale, 1460, true, true, 7, 9,
                new byte[KEPT]);
    }

    private static Offsets offsets(int sequence, int timestamp, int scale, boolean sack) {
        return new Offsets(ReplaySimulation.GUEST, sequence, timestamp, true, sack, scale, 1460);
    }

    private static RawSegment raw(ByteBuffer packet) {
        RawSegment raw = new RawSegment();
        assertThat(raw.read(packet, 0)).isTrue();
        return raw;
    }

    private static Segment read(ByteBuffer packet) {
        Drops drops = new Drops();
        Segment segment = Segment.read(IpPacket.read(packet, drops), Segment.NO_VIA, drops);
        assertThat(segment).as("dropped: %s", drops.all()).isNotNull();
        return segment;
    }

    private static Segment.Builder fromGuest() {
        return Segment.from(SERVICE, 80, CLIENT, 4000).flags(Segment.ACK);
    }

    private static Segment.Builder fromClient() {
        return Segment.from(CLIENT, 4000, SERVICE, 80).flags(Segment.ACK);
    }

    private static TcpOptions options(int timestamp, int echo, int... blocks) {
        return new TcpOptions(-1, -1, false, true, timestamp, echo, blocks);
    }

    @Test
    void shouldShiftNumbersOfBothSidesAndKeepChecksumsRight() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 20_000; round++) {
            int by = random.nextInt(4) == 0 ? 0 : random.nextInt();
            int clock = random.nextInt();
            Translation translation = new Translation(tcb(7, 7), offsets(by, clock, 7, true));
            byte[] data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            int[] blocks = random.ints(2L * random.nextInt(4)).toArray();
            Segment guest = fromGuest().sequence(random.nextInt()).acknowledgement(RECEIVED + random.nextInt(1000))
                    .window(random.nextInt(65_536)).options(options(random.nextInt(), random.nextInt(), blocks))
                    .payload(ByteBuffer.wrap(data)).build();
            ByteBuffer packet = guest.toPacket(0);
            assertThat(translation.toClient(raw(packet))).isTrue();
            Segment client = read(packet);
            assertThat(client.sequence()).isEqualTo(guest.sequence() + by);
            assertThat(client.acknowledgement()).isEqualTo(guest.acknowledgement());
            assertThat(client.window()).isEqualTo(guest.window());
            assertThat(client.options().timestamp()).isEqualTo(guest.options().timestamp() + clock);
            assertThat(client.options().timestampEcho()).isEqualTo(guest.options().timestampEcho());
            assertThat(client.options().sackBlocks()).isEqualTo(blocks);
            assertThat(client.payload()).isEqualTo(guest.payload());

            ByteBuffer back = fromClient().sequence(guest.acknowledgement()).acknowledgement(client.sequence() + data.length)
                    .window(guest.window()).options(options(3, client.options().timestamp(), blocks))
                    .payload(ByteBuffer.wrap(data)).build().toPacket(0);
            translation.toGuest(raw(back));
            Segment answer = read(back);
            assertThat(answer.sequence()).isEqualTo(guest.acknowledgement());
            assertThat(answer.acknowledgement()).isEqualTo(guest.sequence() + data.length);
            assertThat(answer.options().timestamp()).isEqualTo(3);
            assertThat(answer.options().timestampEcho()).isEqualTo(guest.options().timestamp());
            for (int i = 0; i < blocks.length; i++) {
                assertThat(answer.options().sackBlocks()[i]).isEqualTo(blocks[i] - by);
            }
        }
    }

    /** Options need not stand at even places, and checksums are sums of words. */
    @Test
    void shouldKeepChecksumsRightWhereverOptionsStand() {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 5_000; round++) {
            ByteBuffer packet = fromClient().sequence(random.nextInt()).acknowledgement(random.nextInt()).window(500)
                    .options(options(random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt()))
                    .payload(ByteBuffer.allocate(random.nextInt(3))).build().toPacket(0);
            // NOP NOP TS(10) NOP NOP SACK(10): the same with the timestamp and the blocks moved by one.
            byte[] before = new byte[24];
            packet.get(40, before);
            byte[] moved = {1};
            ByteBuffer options = ByteBuffer.allocate(24).put(moved).put(before, 2, 10).put(before, 14, 10);
            packet.put(40, options.put((byte) 1).put((byte) 1).put((byte) 1).array());
            rewriteChecksum(packet);
            Segment was = read(packet);
            boolean sack = random.nextBoolean();
            new Translation(tcb(7, 7), offsets(0x1234_5678, 0x0fed_cba9, 7, sack)).toGuest(raw(packet));
            Segment is = read(packet);
            assertThat(is.options().timestampEcho()).isEqualTo(was.options().timestampEcho() - 0x0fed_cba9);
            if (sack) {
                assertThat(is.options().sackBlocks()[1]).isEqualTo(was.options().sackBlocks()[1] - 0x1234_5678);
            } else {
                assertThat(is.options().sackBlocks()).as("a guest without SACK sees none").isEmpty();
            }
        }
    }

    private static void rewriteChecksum(ByteBuffer packet) {
        packet.putShort(36, (short) 0);
        long sum = 6 + (packet.limit() - 20);
        for (int at = 12; at < packet.limit(); at += 2) {
            sum += (packet.get(at) & 0xff) << 8 | (at + 1 < packet.limit() ? packet.get(at + 1) & 0xff : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        packet.putShort(36, (short) ~sum);
    }

    @Test
    void shouldAddTimestampsOfGuestsThatHaveNone() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 2_000; round++) {
            boolean ipv4 = random.nextBoolean();
            IpAddress from = ipv4 ? SERVICE : ReplaySimulation.address("fd09::10");
            int blocks = random.nextInt(5);
            Segment plain = Segment.from(from, 80, ipv4 ? CLIENT : ReplaySimulation.address("fd09::1"), 4000)
                    .flags(Segment.ACK | Segment.FIN).sequence(random.nextInt()).acknowledgement(RECEIVED).window(3)
                    .options(new TcpOptions(-1, -1, false, false, 0, 0, random.ints(2L * blocks).toArray()))
                    .payload(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}, 0, random.nextInt(6))).build();
            ByteBuffer to = ByteBuffer.allocate(200);
            raw(plain.toPacket(0)).copyWithTimestamp(to, -7, 9);
            Segment stamped = read(to);
            assertThat(stamped.options().timestamp()).isEqualTo(-7);
            assertThat(stamped.options().timestampEcho()).isEqualTo(9);
            assertThat(stamped.options().sackBlocks()).as("four blocks leave no room")
                    .isEqualTo(blocks == 4 ? new int[0] : plain.options().sackBlocks());
            assertThat(stamped.payload()).isEqualTo(plain.payload());
            assertThat(stamped.sequence()).isEqualTo(plain.sequence());
            assertThat(stamped.flags()).isEqualTo(plain.flags());
        }
    }

    @Test
    void shouldLeaveWrongChecksumsWrong() {
        ByteBuffer packet = fromGuest().sequence(1).acknowledgement(RECEIVED).build().toPacket(0);
        packet.putShort(36, (short) (packet.getShort(36) + 1));
        new Translation(tcb(7, 7), offsets(99, 0, 7, true)).toClient(raw(packet));
        Drops drops = new Drops();
        assertThat(Segment.read(IpPacket.read(packet, drops), 0, drops)).isNull();
        assertThat(drops.of(DropReason.BAD_CHECKSUM)).isEqualTo(1);
    }

    @Test
    void shouldNeverSayMoreThanTheGuestTakes() {
        for (int guestScale = -1; guestScale <= 14; guestScale++) {
            for (int ourScale = 0; ourScale <= 14; ourScale++) {
                Translation translation = new Translation(tcb(3, ourScale), offsets(0, 0, guestScale, true));
                for (int window : new int[] {0, 1, 127, 128, 1000, 65_535}) {
                    ByteBuffer packet = fromGuest().acknowledgement(RECEIVED).window(window).build().toPacket(0);
                    translation.toClient(raw(packet));
                    long told = (long) read(packet).window() << ourScale;
                    long meant = (long) window << Math.max(0, guestScale);
                    assertThat(told).isLessThanOrEqualTo(meant);
                    assertThat(told).as("most of it is told")
                            .isGreaterThan(Math.min(meant, 65_535L << ourScale) - (1 << ourScale));
                }
            }
        }
    }

    @Test
    void shouldTellGuestWithoutScalingWindowsThatItUnderstands() {
        ByteBuffer packet = fromClient().window(100).build().toPacket(0);
        new Translation(tcb(7, 7), offsets(0, 0, -1, true)).toGuest(raw(packet));
        assertThat(read(packet).window()).isEqualTo(12_800);
    }

    @Test
    void shouldKeepWhatTheFrontHasPromised() {
        Translation translation = new Translation(tcb(0, 0), offsets(0, 0, 0, true));
        ByteBuffer pure = fromGuest().acknowledgement(RECEIVED - 60).window(1000).build().toPacket(0);
        assertThat(translation.toClient(raw(pure))).as("an acknowledgement of what is long acknowledged").isFalse();
        ByteBuffer data = fromGuest().acknowledgement(RECEIVED - 60).window(1000)
                .options(options(0, 0, RECEIVED, RECEIVED + 10)).payload(ByteBuffer.allocate(5)).build().toPacket(0);
        assertThat(translation.toClient(raw(data))).isTrue();
        assertThat(read(data).acknowledgement()).isEqualTo(RECEIVED);
        assertThat(read(data).window()).as("counted from there").isEqualTo(940);
        assertThat(read(data).options().sackBlocks()).isEmpty();
        ByteBuffer all = fromGuest().acknowledgement(RECEIVED).window(1000).build().toPacket(0);
        assertThat(translation.toClient(raw(all))).isTrue();
        // Two gigabytes later.
        ByteBuffer late = fromGuest().acknowledgement(RECEIVED + Integer.MIN_VALUE + 7).window(1000).build().toPacket(0);
        assertThat(translation.toClient(raw(late))).isTrue();
        assertThat(read(late).acknowledgement()).isEqualTo(RECEIVED + Integer.MIN_VALUE + 7);
    }

    @Test
    void shouldNotBreakOnAnyFrame() {
        SplittableRandom random = new SplittableRandom(3);
        for (String service : new String[] {"10.9.0.10", "fd09::10"}) {
            ReplayRig rig = new ReplayRig(service);
            for (int round = 0; round < 200_000; round++) {
                ByteBuffer frame = rig.anyFrame(random);
                for (int changes = random.nextInt(4); changes > 0; changes--) {
                    frame.put(Ethernet.HEADER + random.nextInt(frame.limit() - Ethernet.HEADER), (byte) random.nextInt());
                }
                frame.limit(random.nextInt(3) == 0 ? random.nextInt(frame.limit() + 1) : frame.limit());
                rig.receive(frame);
                if (rig.replays.count(rig.service) == 0) {
                    // A SYN came after a RST.
                    rig.restore(ReplaySimulation.CLIENT);
                }
            }
            assertThat(rig.passed).isGreaterThan(10_000);
        }
    }
}
