package dev.conduit.synjitsu.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.directory.config.BackOff;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Times;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A front between a link and a real XenStore server; the test is the client, and the guest that knows nothing of it. */
@Timeout(120)
final class ReplayingTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final MacAddress FRONT = TcpFrontTest.FRONT;
    private static final MacAddress CLIENT = TcpFrontTest.CLIENT;
    private static final MacAddress GUEST = MacAddress.parse("02:00:00:00:00:03");
    private static final IpAddress SERVICE = TcpFrontTest.SERVICE;
    private static final IpAddress CLIENT_ADDRESS = TcpFrontTest.address("10.9.0.1");
    private static final int ISN = 0xFFFF_FFF0;
    private static final int GUEST_ISN = 0x7FFF_FFF0;
    private static final int DOMAIN = 5;

    @TempDir
    private Path folder;

    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ServiceSettings www = service();
    private MemoryLink link = new MemoryLink();
    private XenStoreClient store;
    private TcpFront front;

    private static ServiceSettings service() {
        InetAddress address = SERVICE.toInetAddress();
        return new ServiceSettings("www", List.of(), List.of(80), "process", new GuestSpec("www", List.of(address), Map.of()),
                0, new Readiness.Key(Readiness.replayed("www"), Optional.of(Readiness.REPLAYED_UP), LONG), Receive.REPLAY,
                Optional.empty(), Optional.empty(), StopMode.DESTROY, Times.DEFAULTS,
                new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)), false);
    }

    @BeforeEach
    void start() throws Exception {
        LocalHost host = closing(LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h"))));
        store = closing(XenStoreClients.connect(host.directory().xenStoreSocket()));
        front = closing(TcpFront.open(link, FRONT, store, new TableOptions(), notes::add));
        front.arm(www);
        await().atMost(LONG).until(() -> front.holds(www));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size(); i-- > 0; ) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    private void send(MacAddress from, Segment segment) {
        ByteBuffer frame = segment.toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, FRONT, from, Ethernet.IPV4);
        link.put(frame.rewind());
    }

    private static Segment.Builder fromClient(int port) {
        return Segment.from(CLIENT_ADDRESS, port, SERVICE, 80).window(1000);
    }

    private static Segment.Builder fromGuest(int port) {
        return Segment.from(SERVICE, 80, CLIENT_ADDRESS, port).window(2000);
    }

    private static ByteBuffer text(String data) {
        return ByteBuffer.wrap(data.getBytes(StandardCharsets.US_ASCII));
    }

    private Segment next(MacAddress to, Predicate<Segment> wanted) throws InterruptedException {
        while (true) {
            ByteBuffer frame = link.fromFront.poll(30, TimeUnit.SECONDS);
            assertThat(frame).as("a segment to %s", to).isNotNull();
            Ethernet ethernet = Ethernet.read(frame, new Drops());
            if (ethernet.type() == Ethernet.IPV4 && ethernet.destination().equals(to)) {
                Segment segment = Segment.read(IpPacket.read(ethernet.payload(), new Drops()), Segment.NO_VIA, new Drops());
                if (wanted.test(segment)) {
                    return segment;
                }
            }
        }
    }

    private ArpPacket awaitArp(MacAddress to) throws InterruptedException {
        while (true) {
            ByteBuffer frame = link.fromFront.poll(30, TimeUnit.SECONDS);
            assertThat(frame).as("ARP to %s", to).isNotNull();
            Ethernet ethernet = Ethernet.read(frame, new Drops());
            if (ethernet.type() == Ethernet.ARP && ethernet.destination().equals(to)) {
                return ArpPacket.read(ethernet.payload(), new Drops());
            }
        }
    }

    /** Gives the front's next sequence number. */
    private int connect(int port, String data) throws InterruptedException {
        send(CLIENT, fromClient(port).sequence(ISN).flags(Segment.SYN).build());
        int next = next(CLIENT, segment -> segment.has(Segment.SYN) && segment.destinationPort() == port).sequence() + 1;
        send(CLIENT, fromClient(port).sequence(ISN + 1).acknowledgement(next).flags(Segment.ACK).payload(text(data)).build());
        next(CLIENT, segment -> segment.acknowledgement() == ISN + 1 + data.length());
        return next;
    }

    private void announceGuest() throws InterruptedException {
        while (!awaitArp(MacAddress.BROADCAST).isProbe()) {
            // Announcements of the front.
        }
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, FRONT, GUEST, Ethernet.ARP);
        ArpPacket.probe(SERVICE, FRONT).reply(GUEST).write(frame);
        link.put(frame.flip());
    }

    /** The SYN of a connection comes, and is answered; gives what the guest has after it. */
    private Segment answerSyn(int port) throws InterruptedException {
        Segment syn = next(GUEST, segment -> segment.has(Segment.SYN) && segment.sourcePort() == port);
        assertThat(syn.sequence()).isEqualTo(ISN);
        send(GUEST, fromGuest(port).flags(Segment.SYN | Segment.ACK).sequence(GUEST_ISN).acknowledgement(ISN + 1).build());
        return next(GUEST, segment -> segment.payloadLength() > 0);
    }

    @Test
    void shouldPlayConnectionsToTheGuestAndTranslate() throws Exception {
        int next = connect(5001, "GET /");
        front.started(www, DOMAIN);
        announceGuest();
        assertThat(awaitArp(GUEST).sender()).as("the client is where the front is").isEqualTo(CLIENT_ADDRESS);

        Segment syn = next(GUEST, segment -> segment.has(Segment.SYN));
        send(GUEST, fromGuest(5001).flags(Segment.RST | Segment.ACK).acknowledgement(syn.sequence() + 1).build());
        Segment data = answerSyn(5001);
        assertThat(data.payload()).isEqualTo(text("GET /"));
        assertThat(data.sequence()).isEqualTo(ISN + 1);
        assertThat(data.acknowledgement()).isEqualTo(GUEST_ISN + 1);
        assertThat(store.readString(StatePaths.state("www"))).isEqualTo("released 1");
        await().atMost(LONG).until(() -> store.readStringOptional(StatePaths.guest("www")).equals(Optional.of("up")));

        send(GUEST, fromGuest(5001).flags(Segment.ACK).sequence(GUEST_ISN + 1).acknowledgement(ISN + 6)
                .payload(text("200")).build());
        Segment answer = next(CLIENT, segment -> segment.payloadLength() == 3);
        assertThat(answer.sequence()).isEqualTo(next);
        assertThat(answer.acknowledgement()).isEqualTo(ISN + 6);
        send(CLIENT, fromClient(5001).flags(Segment.ACK).sequence(ISN + 6).acknowledgement(next + 3).build());
        assertThat(next(GUEST, segment -> segment.acknowledgement() == GUEST_ISN + 4).sequence()).isEqualTo(ISN + 6);
        // A new connection is not the front's.
        send(CLIENT, fromClient(5002).flags(Segment.SYN).sequence(9).build());
        assertThat(next(GUEST, segment -> segment.has(Segment.SYN)).sequence()).isEqualTo(9);
    }

    @Test
    void shouldGoOnWithTranslationsOfFrontThatDied() throws Exception {
        int next = connect(5001, "GET /");
        front.started(www, DOMAIN);
        announceGuest();
        answerSyn(5001);
        front.close();
        link = new MemoryLink();
        TcpFront second = closing(TcpFront.open(link, FRONT, store, new TableOptions(), notes::add));
        second.started(www, DOMAIN);
        next(GUEST, segment -> segment.payloadLength() > 0);
        send(GUEST, fromGuest(5001).flags(Segment.ACK).sequence(GUEST_ISN + 1).acknowledgement(ISN + 6)
                .payload(text("200")).build());
        assertThat(next(CLIENT, segment -> segment.payloadLength() == 3).sequence()).isEqualTo(next);
        // The guest dies: its clients are told, and the next one is kept again.
        second.arm(www);
        assertThat(next(CLIENT, segment -> segment.has(Segment.RST)).sequence()).isEqualTo(next);
        connect(5003, "again");
        assertThat(store.readString(StatePaths.state("www"))).isEqualTo("holding 2");
        await().atMost(LONG).until(() -> !store.exists(StatePaths.guest("www")));
    }
}
