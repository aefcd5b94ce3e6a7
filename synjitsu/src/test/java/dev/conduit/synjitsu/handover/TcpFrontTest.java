package dev.conduit.synjitsu.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.config.BackOff;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Times;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.synjitsu.carry.CarryingFront;
import dev.conduit.synjitsu.socket.SocketFrontOptions;
import dev.conduit.synjitsu.socket.SocketFronts;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
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

/** A front between a link and a real XenStore server; the service is a domain of a local host. */
@Timeout(120)
final class TcpFrontTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    static final MacAddress FRONT = MacAddress.parse("02:00:00:00:00:01");
    static final MacAddress CLIENT = MacAddress.parse("02:00:00:00:00:02");
    private static final MacAddress GUEST = MacAddress.parse("02:00:00:00:00:03");
    static final IpAddress SERVICE = address("10.9.0.10");
    private static final IpAddress CLIENT_ADDRESS = address("10.9.0.1");
    private static final int ISN = 0xFFFF_FFF0;

    @TempDir
    private Path folder;

    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final MemoryLink link = new MemoryLink();
    private final ServiceSettings www = service();
    private XenStoreClient store;
    private LocalPlatform guest;
    private TcpFront front;

    static IpAddress address(String text) {
        return IpAddress.of(inet(text));
    }

    private static InetAddress inet(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    static ServiceSettings service() {
        return service("www", "10.9.0.10", Receive.ADOPT);
    }

    private static ServiceSettings service(String name, String address, Receive receive) {
        return new ServiceSettings(name, List.of(), List.of(80), "process",
                new GuestSpec(name, List.of(inet(address)), Map.of()), 0, new Readiness.Registration(name, LONG), receive,
                Optional.empty(), Optional.empty(), StopMode.DESTROY, Times.DEFAULTS,
                new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)), false);
    }

    @BeforeEach
    void start() throws Exception {
        LocalHost host = closing(LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h"))));
        store = closing(XenStoreClients.connect(host.directory().xenStoreSocket()));
        guest = closing(LocalPlatform.open(host.directory().path(), "www"));
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

    private void send(MacAddress from, MacAddress to, Segment segment) {
        ByteBuffer frame = segment.toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, to, from, Ethernet.IPV4);
        link.put(frame.rewind());
    }

    private static Segment.Builder segment(int port) {
        return Segment.from(CLIENT_ADDRESS, port, SERVICE, 80).window(1000);
    }

    private Segment answer(MacAddress to, Predicate<Segment> wanted) throws InterruptedException {
        return answer(link, to, wanted);
    }

    private static Segment answer(MemoryLink link, MacAddress to, Predicate<Segment> wanted) throws InterruptedException {
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

    /** A client that has sent so much, all of it acknowledged; gives the front's next sequence number. */
    private int connect(int port, String data) throws InterruptedException {
        send(CLIENT, FRONT, segment(port).sequence(ISN).flags(Segment.SYN).build());
        Segment synAck = answer(CLIENT, segment -> segment.has(Segment.SYN) && segment.destinationPort() == port);
        assertThat(synAck.acknowledgement()).isEqualTo(ISN + 1);
        int next = synAck.sequence() + 1;
        send(CLIENT, FRONT, segment(port).sequence(ISN + 1).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(data.getBytes(StandardCharsets.US_ASCII))).build());
        if (!data.isEmpty()) {
            answer(CLIENT, segment -> segment.destinationPort() == port
                    && segment.acknowledgement() == ISN + 1 + data.length());
        }
        return next;
    }

    private static final class Taken implements HandOver.Receiver, HandOver.Ready {

        private List<Tcb> connections = List.of();
        private boolean active;

        @Override
        public HandOver.Ready prepare(List<Tcb> waiting) {
            connections = waiting;
            return this;
        }

        @Override
        public void activate() {
            active = true;
        }

        @Override
        public void abandon() {
            connections = List.of();
        }
    }

    private Taken take() throws Exception {
        Taken taken = new Taken();
        assertThat(HandOver.take(guest.xenStore(), "www", taken, LONG)).isPresent();
        assertThat(taken.active).isTrue();
        return taken;
    }

    private void announceGuest() {
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, MacAddress.BROADCAST, GUEST, Ethernet.ARP);
        ArpPacket.announcement(SERVICE, GUEST).write(frame);
        link.put(frame.flip());
    }

    private Map<String, String> saved(String number) throws XenStoreException {
        String at = StatePaths.service("www") + "/tcpv4/" + number;
        return Map.of("state", store.readString(at + "/state"), "packets", store.readString(at + "/packets"));
    }

    @Test
    void shouldHaveTheAddressOfTheFrontBeforeIt() throws Exception {
        MacAddress first = TcpFront.addressOn(store, "front0");
        assertThat(TcpFront.addressOn(store, "front0")).isEqualTo(first);
        assertThat(TcpFront.addressOn(store, "front1")).isNotEqualTo(first);
        assertThat(first.bits() >>> 40).as("locally administered, of a single station").isEqualTo(0x02);
    }

    @Test
    void shouldHandConnectionsOverWithWhatClientsSent() throws Exception {
        int next = connect(5001, "GET /");
        connect(5002, "");
        await().atMost(LONG).until(() -> saved("1").get("state").equals("established"));
        assertThat(saved("0")).isEqualTo(Map.of("state", "established", "packets", "GET /"));
        front.started(www, guest.self().value());

        Taken taken = take();

        assertThat(taken.connections).hasSize(2);
        Tcb first = taken.connections.get(0);
        assertThat(new String(first.data(), StandardCharsets.US_ASCII)).isEqualTo("GET /");
        assertThat(first.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(first.remote().getPort()).isEqualTo(5001);
        assertThat(first.sendNext()).isEqualTo(next);
        assertThat(first.receiveNext()).isEqualTo(ISN + 1 + 5);
        announceGuest();
        send(CLIENT, FRONT, segment(5001).sequence(ISN + 6).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(new byte[] {'!'})).build());
        assertThat(answer(GUEST, segment -> segment.payloadLength() == 1).sequence()).isEqualTo(ISN + 6);
        await().atMost(LONG).untilAsserted(() -> assertThat(notes).contains("www: has taken 2 connections"));
        assertThat(store.exists(StatePaths.service("www") + "/tcpv4")).isFalse();
        assertThat(store.readString(StatePaths.state("www"))).isEqualTo("released 1");
        await().atMost(LONG).untilAsserted(() -> assertThat(front.counters()).containsEntry("syns", 2L)
                .containsEntry("established", 2L).containsEntry("hand-overs", 1L).containsEntry("handed-over", 2L)
                .containsEntry("taken-back", 0L).containsEntry("connections", 0L).containsEntry("half-open", 0L));
    }

    @Test
    void shouldFreezeWithDataThatCameJustBefore() throws Exception {
        int next = connect(5001, "a");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.exists(StatePaths.turn("www")));
        link.pause.lock();
        try {
            send(CLIENT, FRONT, segment(5001).sequence(ISN + 2).acknowledgement(next).flags(Segment.ACK)
                    .payload(ByteBuffer.wrap(new byte[] {'b'})).build());
            int before = link.woken.get();
            store.write(StatePaths.turn("www"), "prepare 1");
            await().atMost(LONG).until(() -> link.woken.get() > before);
        } finally {
            link.pause.unlock();
        }
        String seen = "";
        for (long end = System.nanoTime() + LONG.toNanos(); seen.isEmpty() && System.nanoTime() - end < 0; ) {
            seen = store.<String, XenStoreException>transaction(transaction ->
                    transaction.readString(StatePaths.state("www")).equals("frozen 1")
                            ? transaction.readString(StatePaths.service("www") + "/tcpv4/0/packets") : "");
        }
        assertThat(seen).isEqualTo("ab");
    }

    /** Its domain may still read from the time before, but has no node yet to say anything in. */
    @Test
    void shouldWaitUntilItIsLetInAgain() throws Exception {
        connect(5001, "a");
        front.started(www, guest.self().value());
        take();
        front.arm(www);
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("holding 2"));
        assertThatThrownBy(() -> HandOver.take(guest.xenStore(), "www", new Taken(), Duration.ofMillis(20)))
                .hasMessageContaining("did not let this domain in within 20 ms");
        front.started(www, guest.self().value());
        take();
    }

    @Test
    void shouldPassOnWhatCameDuringTheHandOver() throws Exception {
        int next = connect(5001, "a");
        front.started(www, guest.self().value());
        take();
        send(CLIENT, FRONT, segment(5001).sequence(ISN + 2).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(new byte[] {'b'})).build());
        send(CLIENT, FRONT, segment(5003).sequence(7).flags(Segment.SYN).build());
        announceGuest();
        assertThat(answer(GUEST, segment -> segment.payloadLength() == 1).sequence()).isEqualTo(ISN + 2);
        assertThat(answer(GUEST, segment -> segment.has(Segment.SYN)).sourcePort()).isEqualTo(5003);
    }

    @Test
    void shouldAnswerAgainWhenServiceIsGone() throws Exception {
        connect(5001, "a");
        front.started(www, guest.self().value());
        take();
        announceGuest();
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("released 1"));
        front.arm(www);
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("holding 2"));
        connect(5004, "again");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.readString(StatePaths.turn("www")).isEmpty());
        assertThat(take().connections).singleElement().satisfies(tcb ->
                assertThat(new String(tcb.data(), StandardCharsets.US_ASCII)).isEqualTo("again"));
    }

    @Test
    void shouldForgetConnectionsOfServiceThatDiedWithThem() throws Exception {
        int next = connect(5001, "a");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.exists(StatePaths.turn("www")));
        store.write(StatePaths.turn("www"), "prepare 1");
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("frozen 1"));
        // The front learns of the commit and of the end together.
        link.pause.lock();
        try {
            store.write(StatePaths.turn("www"), "commit 1");
            front.arm(www);
        } finally {
            link.pause.unlock();
        }
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("holding 2"));
        send(CLIENT, FRONT, segment(5001).sequence(ISN + 2).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(new byte[] {'b'})).build());
        assertThat(answer(CLIENT, segment -> segment.has(Segment.RST)).sequence()).isEqualTo(next);
    }

    @Test
    void shouldGoOnWithConnectionsOfFrontThatDied() throws Exception {
        byte[] large = new byte[5000];
        int next = connect(5001, "abc");
        send(CLIENT, FRONT, segment(5001).sequence(ISN + 4).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(large, 0, 1400)).build());
        answer(CLIENT, segment -> segment.acknowledgement() == ISN + 1404);
        front.close();
        MemoryLink second = new MemoryLink();
        TcpFront after = closing(TcpFront.open(second, FRONT, store, new TableOptions(), notes::add));
        after.arm(www);
        await().atMost(LONG).untilAsserted(() -> assertThat(notes)
                .contains("www: goes on with 1 connections of the front before"));

        ByteBuffer frame = segment(5001).sequence(ISN + 1404).acknowledgement(next).flags(Segment.ACK | Segment.FIN)
                .payload(ByteBuffer.wrap(large, 0, 1000)).build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, FRONT, CLIENT, Ethernet.IPV4);
        second.put(frame.rewind());
        answer(second, CLIENT, segment -> segment.acknowledgement() == ISN + 1404 + 1001);

        after.started(www, guest.self().value());
        Taken taken = take();
        assertThat(taken.connections).singleElement().satisfies(tcb -> {
            assertThat(tcb.state()).isEqualTo(TcpState.CLOSE_WAIT);
            assertThat(tcb.data()).hasSize(2403).startsWith('a', 'b', 'c');
        });
    }

    @Test
    void shouldTakeConnectionsBackFromServiceThatDoesNotCommit() throws Exception {
        int next = connect(5001, "a");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.exists(StatePaths.turn("www")));
        store.write(StatePaths.turn("www"), "prepare 1");
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("frozen 1"));
        send(CLIENT, FRONT, segment(5001).sequence(ISN + 2).acknowledgement(next).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(new byte[] {'b'})).build());

        answer(CLIENT, segment -> segment.acknowledgement() == ISN + 3);

        assertThat(store.readString(StatePaths.state("www"))).isEqualTo("holding 2");
        assertThat(saved("0")).containsEntry("packets", "ab");
        store.write(StatePaths.turn("www"), "commit 1");
        assertThat(take().connections).hasSize(1);
    }

    @Test
    void shouldTakeOverFromAProgramThatEndedInTheMiddle() throws Exception {
        connect(5001, "a");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.exists(StatePaths.turn("www")));
        guest.xenStore().write(StatePaths.turn("www"), "prepare 1");
        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("frozen 1"));

        assertThat(take().connections).hasSize(1);

        await().atMost(LONG).until(() -> store.readString(StatePaths.state("www")).equals("released 2"));
    }

    @Test
    void shouldDefendAddressesItHolds() throws Exception {
        for (int i = 0; i < 3; i++) {
            requireAnnouncement();
        }
        announceGuest();
        requireAnnouncement();
        connect(5001, "still the front's");
    }

    private void requireAnnouncement() throws InterruptedException {
        Ethernet ethernet = Ethernet.read(link.fromFront.poll(30, TimeUnit.SECONDS), new Drops());
        assertThat(ethernet.type()).isEqualTo(Ethernet.ARP);
        assertThat(ethernet.source()).isEqualTo(FRONT);
    }

    @Test
    void shouldLetNobodyElseReadOrWriteConnections() throws Exception {
        connect(5001, "secret");
        front.started(www, guest.self().value());
        await().atMost(LONG).until(() -> store.exists(StatePaths.turn("www")));
        LocalPlatform other = closing(LocalPlatform.open(folder.resolve("h"), "other"));
        String tcb = StatePaths.service("www") + "/tcpv4/0/tcb";
        assertThat(guest.xenStore().exists(tcb)).isTrue();
        for (String path : List.of(tcb, StatePaths.state("www"), StatePaths.turn("www"), "/local/domain/0/data/synjitsu-key")) {
            assertThat(errorOf(() -> other.xenStore().read(path))).as("read %s", path).isEqualTo("EACCES");
            assertThat(errorOf(() -> other.xenStore().write(path, "commit 1"))).as("write %s", path).isEqualTo("EACCES");
        }
        assertThat(errorOf(() -> guest.xenStore().write(tcb, "x"))).isEqualTo("EACCES");
        assertThat(errorOf(() -> guest.xenStore().write(StatePaths.state("www"), "released 1"))).isEqualTo("EACCES");
        assertThat(errorOf(() -> other.xenStore().remove(StatePaths.service("www")))).isEqualTo("EACCES");
        assertThat(errorOf(() -> other.xenStore().write(StatePaths.service("other") + "/state", "holding 1")))
                .isEqualTo("EACCES");
    }

    @Test
    void shouldKeepConnectionsFromGuestWithoutNetwork() throws Exception {
        ServiceSettings carried = service("carried", "10.9.0.11", Receive.CONDUIT);
        front.arm(carried);
        await().atMost(LONG).until(() -> front.holds(carried));
        front.started(carried, guest.self().value());
        assertThat(HandOver.take(store, "carried", new Taken(), LONG)).as("in the front's domain").contains(0);
        for (String path : List.of(StatePaths.state("carried"), StatePaths.turn("carried"))) {
            assertThat(errorOf(() -> guest.xenStore().read(path))).as("read %s", path).isEqualTo("EACCES");
            assertThat(errorOf(() -> guest.xenStore().write(path, "abort 1"))).as("write %s", path).isEqualTo("EACCES");
        }
    }

    @Test
    void shouldTellClientsThatTheirConnectionsCannotBeCarried() throws Exception {
        ServiceSettings carried = service("carried", "10.9.0.11", Receive.CONDUIT);
        SocketFronts sockets = new SocketFronts(closing(Conduit.open(guest)), SocketFrontOptions.defaults(), notes::add);
        CarryingFront carrying = closing(new CarryingFront(front, sockets, store, "nosuch0", notes::add));
        carrying.arm(carried);
        await().atMost(LONG).until(() -> carrying.holds(carried));
        Segment.Builder segment = Segment.from(CLIENT_ADDRESS, 5001, address("10.9.0.11"), 80).window(1000);
        send(CLIENT, FRONT, segment.sequence(ISN).flags(Segment.SYN).build());
        int next = answer(CLIENT, answer -> answer.has(Segment.SYN)).sequence() + 1;

        carrying.started(carried, guest.self().value());
        carrying.handOver(carried);

        assertThat(answer(CLIENT, answer -> answer.has(Segment.RST)).sequence()).isEqualTo(next);
        assertThat(notes).anyMatch(note -> note.startsWith("carried: its connections cannot be carried: ")
                && note.contains("nosuch0"));
        assertThat(carrying.holds(carried)).as("for the next try").isTrue();
    }

    @Test
    void shouldLetServicesGoOnWhereThereIsNoFront() throws Exception {
        assertThat(HandOver.take(guest.xenStore(), "other", new Taken(), LONG)).isEmpty();
        front.close();
        TcpFront.removeAll(store);
        assertThat(HandOver.take(guest.xenStore(), "www", new Taken(), LONG)).isEmpty();
    }

    @Test
    void shouldNotLetForeignDomainsIn() throws Exception {
        assertThatThrownBy(() -> HandOver.take(guest.xenStore(), "www", new Taken(), Duration.ofMillis(200)))
                .hasMessage("the front of 'www' did not let this domain in within 200 ms: is it the service's?");
    }

    private interface Call {
        void run() throws XenStoreException;
    }

    private static String errorOf(Call call) {
        try {
            call.run();
            return "none";
        } catch (XenStoreException refused) {
            return refused.error();
        }
    }
}
