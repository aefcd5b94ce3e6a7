package dev.conduit.synjitsu.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {

    private final Drops drops = new Drops();

    /** Bytes of the IP packet are overwritten; what follows is only looked at where checksums are not in the way. */
    @ParameterizedTest
    @CsvSource({
        "0, 55, BAD_HEADER", // version
        "0, 44, BAD_HEADER", // 16 bytes of header
        "2, 0010, BAD_HEADER", // 16 bytes in all
        "2, 003d, TRUNCATED", // one more than there is
        "8, 3f, BAD_CHECKSUM",
    })
    void shouldDropIpv4(int at, String bytes, DropReason reason) {
        ByteBuffer packet = Frames.packet(Frames.SYN);
        packet.put(at, Frames.bytes(bytes).array());
        assertThat(IpPacket.read(packet, drops)).isNull();
        assertThat(drops.all()).containsOnlyKeys(reason);
    }

    @ParameterizedTest
    @CsvSource({"2000", "0001", "a000"})
    void shouldDropFragments(String flagsAndOffset) {
        ByteBuffer packet = Frames.packet(Frames.SYN);
        packet.put(6, Frames.bytes(flagsAndOffset).array()).putShort(10, (short) 0);
        packet.putShort(10, Checksum.finish(Checksum.add(0, packet, 0, 20)));
        assertThat(IpPacket.read(packet, drops)).isNull();
        assertThat(drops.all()).containsOnlyKeys(DropReason.FRAGMENT);
    }

    @ParameterizedTest
    @CsvSource({
        "06, '', ''",
        "2b, 0600000000000000, ''", // routing, no segments left
        "2b, 0600000100000000, EXTENSION_HEADER",
        "00, 0600050200000100, ''", // hop-by-hop: router alert, padding
        "00, 06008502aaaa0100, EXTENSION_HEADER", // an option that says to drop
        "00, 0600010a00000000, EXTENSION_HEADER", // an option longer than its header
        "3c, 0600010400000000, ''", // destination options: padding
        "3c, 0000010400000000, TRUNCATED", // a header that is not there
        "3c, 0601010400000000, TRUNCATED", // longer than the packet
        "2c, 0600000000000000, FRAGMENT",
        "33, 0600000000000000, ''", // authentication: no extension to us
    })
    void shouldTreatExtensionHeaders(String next, String header, String reason) {
        int length = header.length() / 2;
        ByteBuffer packet = ByteBuffer.allocate(40 + length);
        packet.putInt(0x60000000).putShort((short) length).put(Frames.bytes(next)).put((byte) 64);
        packet.position(40).put(Frames.bytes(header)).rewind();
        IpPacket read = IpPacket.read(packet, drops);
        if (reason.isEmpty()) {
            assertThat(read.payload().remaining()).isEqualTo(next.equals("33") ? 8 : 0);
        } else {
            assertThat(read).isNull();
            assertThat(drops.all()).containsOnlyKeys(DropReason.valueOf(reason));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "12, 40, BAD_HEADER", // 16 bytes of header
        "12, f0, BAD_HEADER", // 60 of 40
        "16, 0000, BAD_CHECKSUM",
        "4, 00, BAD_CHECKSUM",
        "0, 0000, BAD_SOURCE",
        "2, 0000, BAD_SOURCE",
        "21, 00, BAD_HEADER", // an option of no length
        "21, 40, BAD_HEADER", // and one longer than the header
    })
    void shouldDropTcp(int at, String bytes, DropReason reason) {
        ByteBuffer bad = Frames.packet(Frames.SYN).position(20).slice();
        bad.put(at, Frames.bytes(bytes).array());
        IpPacket packet = IpPacket.read(Frames.packet(Frames.SYN), drops);
        if (reason != DropReason.BAD_CHECKSUM) {
            long sum = Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.TCP, bad.remaining());
            bad.putShort(16, (short) 0);
            bad.putShort(16, Checksum.finish(Checksum.add(sum, bad, 0, bad.remaining())));
        }
        assertThat(Segment.read(new IpPacket(packet.source(), packet.destination(), IpPacket.TCP, 64, bad), 0, drops)).isNull();
        assertThat(drops.all()).containsOnlyKeys(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "7, fe, BAD_HEADER", // came through a router
        "41, 01, BAD_CHECKSUM",
        "48, ff, BAD_CHECKSUM",
    })
    void shouldDropNeighbourMessages(int at, String bytes, DropReason reason) {
        ByteBuffer packet = Frames.packet(Frames.SOLICITATION);
        packet.put(at, Frames.bytes(bytes).array());
        assertThat(Neighbour.read(IpPacket.read(packet, drops), drops)).isNull();
        assertThat(drops.all()).containsOnlyKeys(reason);
    }

    @Test
    void shouldNeverThrowOnAnyBytes() {
        String[] frames = {Frames.ARP_REQUEST, Frames.SOLICITATION, Frames.DUPLICATE_ADDRESS_DETECTION, Frames.SYN,
            Frames.SYN_IPV6, Frames.ECHO, Frames.ECHO_IPV6, Frames.MULTICAST_LISTENER_REPORT};
        for (long seed = 1; seed <= 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 5_000; i++) {
                ByteBuffer frame = Frames.bytes(frames[random.nextInt(frames.length)]);
                for (int changes = random.nextInt(4); changes > 0; changes--) {
                    frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
                }
                frame.limit(random.nextInt(4) == 0 ? random.nextInt(frame.limit() + 1) : frame.limit());
                readAll(frame, seed, i);
            }
        }
        assertThat(drops.all()).containsKeys(DropReason.TRUNCATED, DropReason.BAD_CHECKSUM, DropReason.BAD_HEADER);
    }

    /** Parsers behind checksums get their bytes with right ones, too. */
    @Test
    void shouldNeverThrowBehindChecksums() {
        IpPacket syn = IpPacket.read(Frames.packet(Frames.SYN), drops);
        IpPacket solicitation = IpPacket.read(Frames.packet(Frames.SOLICITATION), drops);
        int read = 0;
        for (long seed = 1; seed <= 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 5_000; i++) {
                IpPacket packet = random.nextBoolean() ? syn : solicitation;
                boolean tcp = packet == syn;
                ByteBuffer bytes = ByteBuffer.allocate(packet.payload().remaining()).put(packet.payload().duplicate()).flip();
                int at = tcp ? 20 : 24;
                for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                    bytes.put(at + random.nextInt(bytes.limit() - at), (byte) random.nextInt(12));
                }
                bytes.limit(random.nextInt(at, bytes.limit() + 1));
                if (tcp) {
                    bytes.put(12, (byte) (bytes.limit() / 4 << 4));
                }
                int sumAt = tcp ? 16 : 2;
                bytes.putShort(sumAt, (short) 0);
                long sum = Checksum.pseudoHeader(packet.source(), packet.destination(), packet.protocol(), bytes.limit());
                bytes.putShort(sumAt, Checksum.finish(Checksum.add(sum, bytes, 0, bytes.limit())));
                IpPacket changed = new IpPacket(packet.source(), packet.destination(), packet.protocol(), 255, bytes);
                try {
                    Object result = tcp ? Segment.read(changed, 0, drops) : Neighbour.read(changed, drops);
                    read += result == null ? 0 : 1;
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + " step " + i + ": " + Frames.hex(bytes), e);
                }
            }
        }
        assertThat(drops.of(DropReason.BAD_CHECKSUM)).isZero();
        assertThat(read).isGreaterThan(10_000);
    }

    @Test
    void shouldRefuseBadMacs() {
        assertThatThrownBy(() -> MacAddress.parse("02:00:00:00:00"))
                .hasMessage("MAC address \"02:00:00:00:00\": six bytes like 02:00:00:00:00:2a are expected");
        assertThatThrownBy(() -> new MacAddress(1L << 48)).hasMessage("MAC address 0x1000000000000: more than 48 bits");
        assertThat(MacAddress.parse("02:00:00:00:0A:2a")).hasToString("02:00:00:00:0a:2a");
    }

    private void readAll(ByteBuffer frame, long seed, int step) {
        try {
            Ethernet ethernet = Ethernet.read(frame, drops);
            if (ethernet == null) {
                return;
            }
            ArpPacket.read(ethernet.payload(), drops);
            IpPacket packet = IpPacket.read(ethernet.payload(), drops);
            if (packet != null) {
                Segment.read(packet, 0, drops);
                IcmpEcho.reply(packet, 0, drops);
                if (Neighbour.isNeighbour(packet)) {
                    Neighbour.read(packet, drops);
                }
            }
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + " step " + step + ": " + Frames.hex(frame), e);
        }
    }
}
