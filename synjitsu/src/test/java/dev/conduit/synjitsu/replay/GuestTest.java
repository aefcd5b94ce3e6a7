package dev.conduit.synjitsu.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.ConnectionTable;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When SYNs go out to a guest, and how often. */
final class GuestTest {

    private static final IpAddress SERVICE = ReplaySimulation.address("10.9.0.10");
    private static final IpAddress CLIENT = ReplaySimulation.address("10.9.0.1");
    private static final int MANY = 100;
    private static final long MILLI = 1_000_000L;

    private final List<Segment> toClients = new ArrayList<>();
    private final List<ByteBuffer> output = new ArrayList<>();
    private long now = 1_000_000_000L;
    private final ConnectionTable table = new ConnectionTable(new TableOptions(), new byte[16], toClients::add,
            new TcpEvents() {}, new Drops(), now);
    private final Replays replays = new Replays(ReplaySimulation.FRONT, 1500, table, output::add, frame -> { }, now);
    private final Guest guest;

    GuestTest() {
        table.arm(SERVICE, Set.of(80, 81));
        replays.serve(SERVICE);
        guest = replays.guest(List.of(SERVICE), ReplaySimulation.GUEST);
    }

    private void connect(int port, int servicePort) {
        Segment.Builder syn = Segment.from(CLIENT, port, SERVICE, servicePort).via(2).flags(Segment.SYN).sequence(-1)
                .window(500).options(new TcpOptions(1200, 3, true, true, 77, 0, new int[0]));
        table.receive(syn.build(), now);
        Segment answer = toClients.remove(toClients.size() - 1);
        table.receive(Segment.from(CLIENT, port, SERVICE, servicePort).via(2).flags(Segment.ACK).sequence(0)
                .acknowledgement(answer.sequence() + 1).window(500)
                .options(new TcpOptions(-1, -1, false, true, 78, 0, new int[0])).build(), now);
        for (Connection connection : table.connections(SERVICE)) {
            if (connection.remotePort() == port) {
                guest.add(connection, now);
            }
        }
    }

    private List<Segment> syns() {
        replays.advance(now);
        List<Segment> syns = new ArrayList<>();
        for (ByteBuffer frame : output) {
            Ethernet ethernet = Ethernet.read(frame, new Drops());
            if (ethernet.type() == Ethernet.IPV4) {
                Segment segment = Segment.read(IpPacket.read(ethernet.payload(), new Drops()), 0, new Drops());
                if (segment.has(Segment.SYN)) {
                    syns.add(segment);
                }
            }
        }
        output.clear();
        return syns;
    }

    private void answer(Segment syn, int flags, int sequence) {
        ByteBuffer frame = Segment.from(SERVICE, syn.destinationPort(), CLIENT, syn.sourcePort()).flags(flags)
                .sequence(sequence).acknowledgement(syn.sequence() + 1).window(1000)
                .options(flags == (Segment.SYN | Segment.ACK) ? new TcpOptions(1460, 7, true, true, 5, 78, new int[0])
                        : TcpOptions.NONE).build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame.rewind(), ReplaySimulation.FRONT, ReplaySimulation.GUEST, Ethernet.IPV4);
        assertThat(replays.receive(frame.rewind(), now)).isTrue();
    }

    @Test
    void shouldPlayTheClientsOwnSyn() {
        connect(4000, 80);
        Segment syn = syns().get(0);
        assertThat(syn.sequence()).isEqualTo(-1);
        assertThat(syn.options().maxSegment()).as("room for timestamps, if the guest has none").isEqualTo(1188);
        assertThat(syn.options().windowScale()).isEqualTo(3);
        assertThat(syn.options().sackPermitted()).isTrue();
        assertThat(syn.options().timestamp()).isEqualTo(78);
        answer(syn, Segment.SYN | Segment.ACK, 9);
        connect(4001, 80);
        assertThat(syns().get(0).options().maxSegment()).as("it has").isEqualTo(1200);
    }

    @Test
    void shouldHaveOneSynOutUntilAPortAnswersAndThenAtMost64() {
        for (int i = 0; i < MANY; i++) {
            connect(4000 + i, 80);
        }
        List<Segment> first = syns();
        assertThat(first).hasSize(1);
        assertThat(guest.answers()).isFalse();
        now += 50 * MILLI;
        assertThat(syns()).as("not yet again").isEmpty();
        now += 60 * MILLI;
        assertThat(syns()).as("the same again").hasSize(1);
        answer(first.get(0), Segment.SYN | Segment.ACK, 9);
        assertThat(guest.answers()).isTrue();
        List<Segment> more = syns();
        assertThat(more).hasSize(Guest.MOST_OUT);
        more.forEach(syn -> answer(syn, Segment.SYN | Segment.ACK, 9));
        assertThat(syns()).hasSize(MANY - 1 - Guest.MOST_OUT);
        assertThat(replays.count(SERVICE)).isEqualTo(1 + Guest.MOST_OUT);
        assertThat(table.size()).isEqualTo(MANY - 1 - Guest.MOST_OUT);
    }

    @Test
    void shouldLetAnotherPortHaveItsTurnWhenOneIsClosed() {
        connect(4000, 80);
        connect(4001, 81);
        Segment closed = syns().get(0);
        assertThat(closed.destinationPort()).isEqualTo(80);
        answer(closed, Segment.RST | Segment.ACK, 0);
        Segment other = syns().get(0);
        assertThat(other.destinationPort()).isEqualTo(81);
        answer(other, Segment.SYN | Segment.ACK, 9);
        int tries = 0;
        while (table.size() > 0) {
            now += 100 * MILLI;
            for (Segment syn : syns()) {
                tries++;
                answer(syn, Segment.RST | Segment.ACK, 0);
            }
            assertThat(tries).isLessThan(400);
        }
        assertThat(tries).as("half a minute").isGreaterThan(250);
        assertThat(toClients.get(toClients.size() - 1).has(Segment.RST)).isTrue();
    }

    @Test
    void shouldResetWhatIsOfAnAttemptBefore() {
        connect(4000, 80);
        Segment syn = syns().get(0);
        ByteBuffer stale = Segment.from(SERVICE, 80, CLIENT, 4000).flags(Segment.SYN | Segment.ACK).sequence(9)
                .acknowledgement(syn.sequence() + 55).build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(stale.rewind(), ReplaySimulation.FRONT, ReplaySimulation.GUEST, Ethernet.IPV4);
        replays.receive(stale.rewind(), now);
        Segment reset = Segment.read(IpPacket.read(Ethernet.read(output.get(0), new Drops()).payload(), new Drops()), 0,
                new Drops());
        assertThat(reset.has(Segment.RST)).isTrue();
        assertThat(reset.sequence()).isEqualTo(syn.sequence() + 55);
        assertThat(guest.answers()).isFalse();
    }
}
