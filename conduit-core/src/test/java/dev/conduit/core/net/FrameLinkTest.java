package dev.conduit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.Allocation;
import dev.conduit.core.PlatformException;
import dev.conduit.core.namespaces.Namespaces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links of each kind against a kernel in a network namespace: what it sends is received, what is sent it answers. */
@Timeout(240)
class FrameLinkTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(60);
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String OURS = "10.99.0.2";
    private static final String THEIRS = "10.99.0.1";
    private static final byte[] OUR_MAC = {2, 0, 0, 0, 0, 1};

    private final ByteBuffer frame = ByteBuffer.allocateDirect(FrameLink.MAX_FRAME);
    private Namespaces namespaces;
    private String peer;
    private FrameLink link;

    @BeforeEach
    void makeNamespace() throws IOException {
        namespaces = new Namespaces();
        peer = namespaces.add("p");
    }

    @AfterEach
    void giveBack() throws IOException {
        if (link != null) {
            link.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    /** The test's end of a wire to the namespace. */
    private String wire() throws IOException {
        String name = namespaces.unique("w");
        namespaces.ip(peer, "link", "add", name, "type", "veth", "peer", "name", "eth0");
        namespaces.bring(peer, name);
        namespaces.ip(peer, "link", "set", "eth0", "up");
        return name;
    }

    private void address() throws IOException {
        namespaces.ip(peer, "addr", "add", THEIRS + "/24", "dev", "eth0");
    }

    @Test
    void shouldCarryFramesThroughTap() throws Exception {
        String name = namespaces.unique("t");
        link = FrameLink.tap(name);
        assertThat(link.mtu()).isEqualTo(1500);
        assertThat(link.mac()).hasSize(6);
        assertThat(link).hasToString("TAP device " + name);
        namespaces.move(name, peer, "eth0");
        address();

        requireBothWays(14);
    }

    @Test
    void shouldCarryPacketsThroughTun() throws Exception {
        String name = namespaces.unique("t");
        link = FrameLink.tun(name);
        assertThat(link.mac()).isEmpty();
        namespaces.move(name, peer, "eth0");
        address();

        requireBothWays(0);
    }

    @Test
    void shouldCarryFramesOfAnInterface() throws Exception {
        link = FrameLink.on(wire());
        assertThat(link.mac()).hasSize(6);
        address();

        requireBothWays(14);
    }

    /** The kernel sends a datagram, and answers one that comes to a port of nobody with what it was and an error. */
    private void requireBothWays(int header) throws Exception {
        if (header > 0) {
            namespaces.ip(peer, "neigh", "add", OURS, "lladdr", "02:00:00:00:00:01", "dev", "eth0");
        }
        ByteBuffer datagram = receive(bytes -> Datagram.is(bytes, header, Datagram.UDP),
                () -> namespaces.in(peer, "bash", "-c", "echo from there >/dev/udp/" + OURS + "/7"));
        assertThat(Datagram.checksumHolds(datagram, header)).as("complete checksum").isTrue();
        assertThat(Datagram.text(datagram, header)).isEqualTo("from there\n");
        byte[] theirMac = new byte[6];
        if (header > 0) {
            datagram.get(6, theirMac);
        }

        ByteBuffer ours = Datagram.make(header == 0 ? null : theirMac, OUR_MAC, OURS, THEIRS, 9, "from here");
        ByteBuffer answer = receive(bytes -> Datagram.is(bytes, header, Datagram.ICMP), () -> {
            assertThat(link.send(ours.rewind())).isTrue();
            assertThat(ours.hasRemaining()).isFalse();
        });
        ByteBuffer quoted = ours.flip().position(header);
        assertThat(answer.position(header + 28).limit(header + 28 + quoted.remaining())).as("quoted in the ICMP error")
                .isEqualTo(quoted);
    }

    private interface Sending {
        void send() throws IOException;
    }

    /** Sends again until it comes: a wire that was just made may still lose frames. */
    private ByteBuffer receive(Predicate<ByteBuffer> wanted, Sending sending) throws IOException {
        long deadline = System.nanoTime() + LONG;
        long again = System.nanoTime();
        while (System.nanoTime() < deadline) {
            if (System.nanoTime() - again >= 0) {
                sending.send();
                again = System.nanoTime() + AGAIN;
            }
            frame.clear();
            int length = link.receive(frame);
            assertThat(frame.position()).isEqualTo(length);
            if (length == 0) {
                link.await(again);
            } else if (wanted.test(frame.flip())) {
                return frame;
            }
        }
        throw new AssertionError("no such frame came");
    }

    @Test
    void shouldNotSeeWhatThisMachineSends() throws Exception {
        String name = wire();
        link = FrameLink.on(name);
        try (FrameLink other = FrameLink.on(name); FrameLink far = FrameLink.on(peerEnd())) {
            ByteBuffer sent = Datagram.make(new byte[] {-1, -1, -1, -1, -1, -1}, OUR_MAC, OURS, THEIRS, 9, "mine");
            ByteBuffer here = sent.duplicate();
            FrameLink near = link;
            link = far;
            receive(bytes -> bytes.equals(here), () -> near.send(sent.rewind()));
            link = near;
            for (FrameLink end : new FrameLink[] {near, other}) {
                frame.clear();
                while (end.receive(frame) > 0) {
                    assertThat(frame.flip()).isNotEqualTo(here);
                    frame.clear();
                }
            }
        }
    }

    /** The other end of the wire, brought here, too. */
    private String peerEnd() throws IOException {
        String name = namespaces.unique("e");
        namespaces.ip(peer, "link", "set", "eth0", "name", name);
        namespaces.bring(peer, name);
        return name;
    }

    @Test
    void shouldAllocateNothingPerFrame() throws Exception {
        link = FrameLink.on(wire());
        try (FrameLink far = FrameLink.on(peerEnd())) {
            ByteBuffer sent = Datagram.make(OUR_MAC, OUR_MAC, OURS, THEIRS, 9, "again and again");
            int rounds = 2_000;
            long bytes = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 50 && bytes >= rounds; attempt++) {
                long before = Allocation.bytesOfThisThread();
                for (int i = 0; i < rounds; i++) {
                    link.send(sent.rewind());
                    far.receive(frame.clear());
                }
                bytes = Allocation.bytesOfThisThread() - before;
            }
            assertThat(bytes).as("bytes for %d frames", rounds).isLessThan(rounds);
        }
    }

    /** Sent on a wire whose other end is here too: there it comes as one frame again, or in pieces of the MTU. */
    @Test
    void shouldPassOnTcpThatIsLargerThanTheMtu() throws Exception {
        link = FrameLink.on(wire());
        try (FrameLink far = FrameLink.on(peerEnd())) {
            for (boolean six : new boolean[] {false, true}) {
                ByteBuffer large = LargeFrame.make(six, 40_000);
                FrameLink near = link;
                link = far;
                ByteBuffer got = receive(bytes -> LargeFrame.isOurs(bytes, six), () -> near.send(large.rewind()));
                link = near;

                assertThat(got).as("checksum and all").isEqualTo(large.rewind());
            }
        }
    }

    @Test
    void shouldDropWhatADownInterfaceCannotSend() throws Exception {
        String name = namespaces.unique("t");
        link = FrameLink.tap(name);
        namespaces.move(name, peer, "eth0");
        namespaces.ip(peer, "link", "set", "eth0", "down");
        ByteBuffer sent = Datagram.make(OUR_MAC, OUR_MAC, OURS, THEIRS, 9, "nothing");

        assertThat(link.send(sent)).isFalse();
        assertThat(sent.position()).isZero();
    }

    @Test
    void shouldSayWhichFrameIsTooLong() throws Exception {
        link = FrameLink.on(wire());

        assertThat(link.send(ByteBuffer.allocate(3000))).isFalse();
        assertThatThrownBy(() -> link.send(ByteBuffer.allocate(3))).isInstanceOf(IOException.class)
                .hasMessage(link + " does not take a frame of 3 bytes");
        assertThatThrownBy(() -> link.send(ByteBuffer.allocate(70_000))).isInstanceOf(IOException.class)
                .hasMessage("frame of 70000 bytes, at most 65549 are possible");
        assertThatThrownBy(() -> link.receive(ByteBuffer.allocate(1500))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("room for 1500 bytes, a frame may have 65549");
    }

    @Test
    void shouldSayThatTheInterfaceIsGone() throws Exception {
        link = FrameLink.on(wire());
        namespaces.ip(peer, "link", "del", "eth0");

        assertThat(link.await(System.nanoTime() + LONG)).isTrue();
        assertThatThrownBy(() -> receive(bytes -> false, () -> { })).isInstanceOf(PlatformException.class)
                .hasMessage(link + " is down or gone: ENETDOWN (100)");
    }

    @Test
    void shouldWakeWhoWaits() throws Exception {
        link = FrameLink.on(wire());
        link.wakeUp();
        while (link.await(System.nanoTime() + LONG)) {
            link.receive(frame.clear());
        }
        while (link.await(System.nanoTime())) {
            link.receive(frame.clear());
        }
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                while (link.await(System.nanoTime() + LONG)) {
                    link.receive(frame.clear());
                }
                return false;
            } catch (IOException closed) {
                return closed instanceof ClosedChannelException;
            }
        }, task -> new Thread(task).start());
        link.close();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isTrue();
        link.close();
        link.wakeUp();
        assertThatThrownBy(() -> link.receive(frame.clear())).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> link.send(ByteBuffer.allocate(20))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> link.await(System.nanoTime())).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shouldSayWhyADeviceCannotBeHad() throws Exception {
        String name = namespaces.unique("t");
        link = FrameLink.tap(name);

        assertThatThrownBy(() -> FrameLink.tap(name)).isInstanceOf(PlatformException.class)
                .hasMessage("TAP device " + name + " is in use by another process");
        assertThatThrownBy(() -> FrameLink.tun(wire())).isInstanceOf(PlatformException.class)
                .hasMessageMatching("TUN device .*: an interface of that name exists and is none such, or has other flags");
        assertThatThrownBy(() -> FrameLink.on("nothere0")).isInstanceOf(PlatformException.class)
                .hasMessage("there is no interface nothere0 in this network namespace");
    }
}
