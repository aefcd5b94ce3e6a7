package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {

    private final Rig rig = new Rig();

    @Test
    void shouldAgreeOnOptions() {
        rig.receive(Rig.syn().options(Rig.ALL_OPTIONS));
        Segment answer = rig.answer();
        assertThat(answer.flags()).isEqualTo(Segment.SYN | Segment.ACK);
        assertThat(answer.acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 1);
        assertThat(answer.window()).isEqualTo(32_768);
        assertThat(answer.via()).isEqualTo(0x0200_0000_0001L);
        assertThat(answer.options()).isEqualTo(
                new TcpOptions(1460, 7, true, true, answer.options().timestamp(), 5000, new int[0]));
        assertThat(rig.tcb().maxSegment()).isEqualTo(1460);
        assertThat(rig.tcb().sendScale()).isEqualTo(7);
        assertThat(rig.events).containsExactly("asked 80");
    }

    @Test
    void shouldOfferNoOptionThatTheClientDidNot() {
        rig.receive(Rig.syn());
        TcpOptions offered = rig.answer().options();
        assertThat(offered.maxSegment()).isEqualTo(1460);
        assertThat(offered.windowScale()).isEqualTo(-1);
        assertThat(offered.sackPermitted() || offered.timestamps()).isFalse();
        assertThat(rig.tcb().maxSegment()).isEqualTo(536);
        assertThat(rig.tcb().receiveScale()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"0, 88", "87, 88", "1000, 1000", "65535, 65535"})
    void shouldBoundTheClientsMss(int said, int taken) {
        rig.receive(Rig.syn().options(new TcpOptions(said, 200, false, false, 0, 0, new int[0])));
        assertThat(rig.tcb().maxSegment()).isEqualTo(taken);
        assertThat(rig.tcb().sendScale()).as("200 is taken as 14").isEqualTo(14);
    }

    @Test
    void shouldOfferTheMssOfTheFamily() {
        IpAddress service = Rig.address("fd09::10");
        rig.table.arm(service, Set.of(80));
        rig.receive(Segment.from(Rig.address("fd09::1"), 4000, service, 80).flags(Segment.SYN));
        assertThat(rig.answer().options().maxSegment()).isEqualTo(1440);
        assertThat(rig.table.snapshot(rig.table.connections(service).get(0), rig.now).maxSegment()).isEqualTo(1220);
    }

    @Test
    void shouldBeEstablishedByTheAcknowledgement() {
        int next = rig.establish();
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(rig.tcb().sendUnacknowledged()).isEqualTo(next);
        assertThat(rig.tcb().sendWindow()).isEqualTo(1000);
        assertThat(rig.events).containsExactly("asked 80", "established");
    }

    @ParameterizedTest
    @CsvSource({"0", "2", "100000", "-1", "2147483647"})
    void shouldRefuseAcknowledgementOfSomethingElse(int beyondIsn) {
        int isn = rig.halfOpen();
        rig.receive(Rig.data(0, "data", isn + beyondIsn));
        Segment answer = rig.answer();
        assertThat(answer.flags()).isEqualTo(Segment.RST);
        assertThat(answer.sequence()).isEqualTo(isn + beyondIsn);
        assertThat(rig.connection().state()).isEqualTo(TcpState.SYN_RECEIVED);
    }

    @Test
    void shouldRepeatTheSameSynAckForTheSameSyn() {
        rig.receive(Rig.syn());
        String first = rig.answer().toString();
        rig.receive(Rig.syn());
        assertThat(rig.answer()).hasToString(first);
        assertThat(rig.table.size()).isEqualTo(1);
        assertThat(rig.events).containsExactly("asked 80");
    }

    @Test
    void shouldSendSynAckAgainAfter1And2And4And8And16Seconds() {
        rig.halfOpen();
        for (int seconds : new int[] {1, 2, 4, 8, 16}) {
            assertThat(rig.table.nextTimer()).hasValue(rig.now + seconds * 1_000_000_000L);
            rig.advanceMillis(seconds * 1000 - 1);
            assertThat(rig.takeSent()).isEmpty();
            rig.advanceMillis(1);
            assertThat(rig.answer().flags()).isEqualTo(Segment.SYN | Segment.ACK);
        }
        rig.advanceMillis(31_999);
        assertThat(rig.table.size()).isEqualTo(1);
        rig.advanceMillis(1);
        assertThat(rig.table.size()).isZero();
        assertThat(rig.table.halfOpen()).isZero();
        assertThat(rig.table.nextTimer()).isEmpty();
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.events).containsExactly("asked 80", "closed HANDSHAKE_EXPIRED");
    }

    @Test
    void shouldNotKeepDataOfTheSyn() {
        rig.receive(Rig.syn().payload(Rig.bytes("early")));
        assertThat(rig.answer().acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 1);
        assertThat(rig.tcb().data()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "S, RA, 0, -9", // its data counts, too: four bytes more
        ".A, R, 77, 0",
        "SA, R, 77, 0",
        "F, RA, 0, -5",
    })
    void shouldRefuseUndeclaredPorts(String flags, String answered, int sequence, int acknowledgement) {
        boolean data = flags.equals("F");
        rig.receive(Segment.from(Rig.CLIENT, 4000, Rig.SERVICE, 81).flags(flags(flags)).sequence(Rig.CLIENT_SEQUENCE)
                .acknowledgement(77).payload(Rig.bytes(data ? "data" : "")));
        Segment answer = rig.answer();
        assertThat(answer.flags()).isEqualTo(flags(answered));
        assertThat(answer.sequence()).isEqualTo(sequence);
        assertThat(answer.acknowledgement()).isEqualTo(acknowledgement);
        assertThat(answer.sourcePort()).isEqualTo(81);
        assertThat(rig.table.size()).isZero();
        assertThat(rig.events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "R, '', BAD_SEQUENCE", "RA, '', BAD_SEQUENCE", "SR, '', BAD_SEQUENCE",
        ".A, R, ", "SA, R, ", "FA, R, ", // there is no such connection
        "'', '', BAD_FLAGS", "F, '', BAD_FLAGS", "P, '', BAD_FLAGS", "SF, '', BAD_FLAGS",
    })
    void shouldTreatSegmentsWithoutConnection(String flags, String answered, DropReason reason) {
        rig.receive(Rig.client().flags(flags(flags)).sequence(1).acknowledgement(77));
        assertThat(rig.takeSent().stream().map(Segment::flags).map(Object::toString).collect(Collectors.joining()))
                .isEqualTo(answered.isEmpty() ? "" : "" + flags(answered));
        assertThat(rig.table.size()).isZero();
        if (reason != null) {
            assertThat(rig.drops.all()).containsOnlyKeys(reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "10.9.0.10", "127.0.0.1", "224.0.0.1", "255.255.255.255"})
    void shouldNotAnswerImpossibleSources(String source) {
        rig.receive(Segment.from(Rig.address(source), 4000, Rig.SERVICE, 80).flags(Segment.SYN));
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.drops.all()).containsOnlyKeys(DropReason.BAD_SOURCE);
    }

    @Test
    void shouldHaveUnrelatedSequenceNumbersAndTimestamps() {
        Set<Integer> distances = IntStream.range(1, 100).mapToObj(port -> {
            rig.receive(Segment.from(Rig.CLIENT, port, Rig.SERVICE, 80).flags(Segment.SYN).options(Rig.ALL_OPTIONS));
            Segment answer = rig.answer();
            return (answer.sequence() ^ answer.options().timestamp()) >>> 16;
        }).collect(Collectors.toSet());
        assertThat(distances).hasSizeGreaterThan(90);
    }

    /** RFC 6528: for the same addresses and ports, later connections have later numbers. */
    @Test
    void shouldCountSequenceNumbersEveryFourMicroseconds() {
        int first = rig.halfOpen();
        rig.table.remove(rig.connection());
        rig.now += 400_000;
        assertThat(rig.halfOpen() - first).isEqualTo(100);
    }

    static int flags(String letters) {
        return letters.chars().map(letter -> switch (letter) {
            case 'F' -> Segment.FIN;
            case 'S' -> Segment.SYN;
            case 'R' -> Segment.RST;
            case 'P' -> Segment.PSH;
            case 'A' -> Segment.ACK;
            default -> 0;
        }).sum();
    }
}
