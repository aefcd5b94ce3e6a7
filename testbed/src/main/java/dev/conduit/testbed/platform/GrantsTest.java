package dev.conduit.testbed.platform;

import static dev.conduit.core.GrantAccess.READ_ONLY;
import static dev.conduit.core.GrantAccess.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.Platforms;
import dev.conduit.core.SharedPages;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages between this domain and the peer's, on a real Xen: both drivers, both directions. */
class GrantsTest {

    private static final int PAGE = 4096;
    /** What gntalloc gives to a domain that did not raise its limit. */
    private static final int LIMIT = 1024;

    private static Platform platform;
    private static RemotePeer peer;

    @BeforeAll
    static void open() throws Exception {
        platform = Platforms.open();
        peer = RemotePeer.of(platform);
    }

    @AfterEach
    void reset() throws Exception {
        peer.reset();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    private static long next(EventPort port, long seen) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        long now = port.await(seen, deadline);
        while (now == seen && System.nanoTime() < deadline) {
            now = port.await(seen, deadline);
        }
        assertThat(now).as("events on port %d", port.number()).isNotEqualTo(seen);
        return now;
    }

    @Test
    void shouldMirrorWhatThePeerShares() throws Exception {
        RemotePeer.Region shared = peer.share(300, READ_WRITE, true);
        try (PageRegion mapped = platform.grants().map(peer.domain(), shared.refs(), READ_WRITE, true)) {
            assertThat(shared.mirrored()).as("the peer's pages").isTrue();
            assertThat(mapped.mirrored()).as("our mapping").isTrue();
            assertThat(mapped.buffer()).isEqualTo(ByteBuffer.allocate(600 * PAGE));

            mapped.buffer().putLong(300 * PAGE - 4, 0x0102030405060708L);
            assertThat(peer.get(shared, 0)).isEqualTo(mapped.buffer().getInt(0)).isNotZero();
            assertThat(peer.get(shared, 300 * PAGE - 4)).isEqualTo(mapped.buffer().getInt(600 * PAGE - 4)).isNotZero();
            peer.put(shared, 301 * PAGE + 8, 77);
            assertThat(mapped.buffer().getInt(PAGE + 8)).isEqualTo(77);
            assertThat(mapped.buffer().getInt(301 * PAGE + 8)).isEqualTo(77);
        }
    }

    @Test
    void shouldMirrorWhatThePeerMaps() throws Exception {
        try (SharedPages shared = platform.grants().share(peer.domain(), 16, READ_WRITE, true)) {
            RemotePeer.Region mapped = peer.map(shared.refs(), READ_WRITE, true);
            assertThat(shared.mirrored()).as("our pages").isTrue();
            assertThat(mapped.mirrored()).as("the peer's mapping").isTrue();

            shared.buffer().putLong(16 * PAGE - 4, 0x0102030405060708L);
            assertThat(peer.get(mapped, 0)).isEqualTo(shared.buffer().getInt(0)).isNotZero();
            peer.put(mapped, 17 * PAGE, 78);
            assertThat(shared.buffer().getInt(PAGE)).isEqualTo(78);
            assertThat(shared.buffer().getInt(17 * PAGE)).isEqualTo(78);
        }
    }

    @Test
    void shouldMapTheLargestRegion() throws Exception {
        try (SharedPages shared = platform.grants().share(peer.domain(), 512, READ_WRITE, true)) {
            assertThat(shared.refs()).hasSize(512).doesNotHaveDuplicates();
            assertThat(shared.mirrored()).isTrue();
            shared.buffer().putInt(1023 * PAGE, 5);
            assertThat(shared.buffer().getInt(511 * PAGE)).isEqualTo(5);
        }
    }

    @Test
    void shouldMapReferencesInTheOrderGiven() throws Exception {
        RemotePeer.Region shared = peer.share(3, READ_WRITE, false);
        for (int page = 0; page < 3; page++) {
            peer.put(shared, page * PAGE, 100 + page);
        }
        int[] refs = {shared.refs()[2], shared.refs()[0], shared.refs()[1]};
        try (PageRegion mapped = platform.grants().map(peer.domain(), refs, READ_ONLY, false)) {
            assertThat(mapped.buffer().getInt(0)).isEqualTo(102);
            assertThat(mapped.buffer().getInt(PAGE)).isEqualTo(100);
            assertThat(mapped.buffer().getInt(2 * PAGE)).isEqualTo(101);
        }
    }

    @Test
    void shouldShowZerosAfterClose() throws Exception {
        RemotePeer.Region shared = peer.share(2, READ_WRITE, true);
        PageRegion mapped = platform.grants().map(peer.domain(), shared.refs(), READ_WRITE, true);
        ByteBuffer stale = mapped.buffer();
        peer.put(shared, PAGE, 9);
        assertThat(stale.getInt(PAGE)).isEqualTo(9);

        mapped.close();
        mapped.close();

        assertThat(stale).isEqualTo(ByteBuffer.allocate(4 * PAGE));
        stale.putInt(PAGE, 1);
        assertThat(peer.get(shared, PAGE)).isEqualTo(9);
    }

    @Test
    void shouldKeepWhatIsMappedWhenItsOwnerCloses() throws Exception {
        RemotePeer.Region shared = peer.share(1, READ_WRITE, false);
        try (PageRegion mapped = platform.grants().map(peer.domain(), shared.refs(), READ_WRITE, false)) {
            peer.put(shared, 0, 42);
            peer.close(shared);

            assertThat(mapped.buffer().getInt(0)).isEqualTo(42);
            assertThat(peer.share(20, READ_WRITE, false).refs()).doesNotContain(shared.refs());
        }
    }

    @Test
    void shouldNameAReferenceThatWasRevoked() throws Exception {
        RemotePeer.Region shared = peer.share(1, READ_WRITE, false);
        peer.close(shared);

        shouldRefuse(shared.refs()[0], new int[] {shared.refs()[0]});
    }

    @Test
    void shouldNameAReferenceThatDoesNotExist() throws Exception {
        RemotePeer.Region shared = peer.share(2, READ_WRITE, false);

        shouldRefuse(1 << 30, new int[] {shared.refs()[0], shared.refs()[1], 1 << 30});
    }

    private static void shouldRefuse(int culprit, int[] refs) {
        assertThatThrownBy(() -> platform.grants().map(peer.domain(), refs, READ_WRITE, true))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("cannot map grant reference " + culprit + " of domain " + peer.domain()
                        + ": EINVAL (22); it is unknown");
    }

    @Test
    void shouldRefuseAReferenceThatIsForAnotherDomain() throws Exception {
        try (SharedPages shared = platform.grants().share(new DomainId(32000), 1, READ_WRITE, false)) {
            assertThatThrownBy(() -> peer.map(shared.refs(), READ_ONLY, false)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("grant reference " + shared.refs()[0] + " of domain " + platform.self())
                    .hasMessageContaining("not for this domain");
        }
    }

    @Test
    void shouldMapPagesForReadingOnlyForReadingOnly() throws Exception {
        RemotePeer.Region shared = peer.share(1, READ_ONLY, false);
        peer.put(shared, 0, 3);

        shouldRefuse(shared.refs()[0], shared.refs());
        try (PageRegion mapped = platform.grants().map(peer.domain(), shared.refs(), READ_ONLY, true)) {
            assertThat(mapped.buffer().isReadOnly()).isTrue();
            assertThat(mapped.buffer().getInt(PAGE)).isEqualTo(3);
        }
    }

    @Test
    void shouldNoticeThatThePeerUnmapped() throws Exception {
        try (SharedPages shared = platform.grants().share(peer.domain(), 2, READ_WRITE, false);
                EventPort port = platform.events().allocateUnbound(peer.domain())) {
            int remotePort = peer.bind(port.number());
            RemotePeer.Region mapped = peer.map(shared.refs(), READ_WRITE, true);
            shared.buffer().putLong(PAGE + 16, -1);
            peer.notifyOnUnmap(mapped, PAGE + 20, remotePort);
            long seen = port.events();

            peer.close(mapped);

            next(port, seen);
            assertThat(shared.buffer().getLong(PAGE + 16)).isEqualTo(0xFFFFFF00FFFFFFFFL);
        }
    }

    @Test
    void shouldNoticeThatThePeerStoppedSharing() throws Exception {
        int remotePort = peer.allocateUnbound();
        try (EventPort port = platform.events().bind(peer.domain(), remotePort)) {
            long seen = next(port, 0);
            RemotePeer.Region shared = peer.share(2, READ_WRITE, true);
            peer.notifyOnUnmap(shared, 21, remotePort);
            try (PageRegion mapped = platform.grants().map(peer.domain(), shared.refs(), READ_WRITE, true)) {
                mapped.buffer().put(21, (byte) 1);

                peer.close(shared);

                next(port, seen);
                assertThat(mapped.buffer().get(21)).isZero();
            }
        }
    }

    /** The port is closed first; the kernel keeps it until the event is sent. */
    @Test
    void shouldNoticeItThoughThePeersPortWasClosedBefore() throws Exception {
        int remotePort = peer.allocateUnbound();
        try (EventPort port = platform.events().bind(peer.domain(), remotePort)) {
            long seen = next(port, 0);
            RemotePeer.Region shared = peer.share(1, READ_WRITE, false);
            peer.notifyOnUnmap(shared, 21, remotePort);

            peer.closePort(remotePort);
            peer.close(shared);

            next(port, seen);
        }
    }

    @Test
    void shouldNoticeThatThePeerWasKilled() throws Exception {
        int remotePort = peer.allocateUnbound();
        try (SharedPages ours = platform.grants().share(peer.domain(), 1, READ_WRITE, true);
                EventPort ourPort = platform.events().allocateUnbound(peer.domain());
                EventPort port = platform.events().bind(peer.domain(), remotePort)) {
            RemotePeer.Region theirMapping = peer.map(ours.refs(), READ_WRITE, true);
            peer.notifyOnUnmap(theirMapping, 20, peer.bind(ourPort.number()));
            ours.buffer().put(20, (byte) 1);
            RemotePeer.Region theirs = peer.share(1, READ_WRITE, false);
            peer.notifyOnUnmap(theirs, 21, remotePort);
            try (PageRegion mapped = platform.grants().map(peer.domain(), theirs.refs(), READ_WRITE, false)) {
                mapped.buffer().put(21, (byte) 1);
                long seen = next(port, 0);
                long ourSeen = ourPort.events();

                peer.kill();

                next(port, seen);
                next(ourPort, ourSeen);
                assertThat(mapped.buffer().get(21)).isZero();
                assertThat(ours.buffer().get(20)).isZero();
            }
        }
    }

    @Test
    void shouldRefuseAnUnmapNotificationOnAPortThatIsNotOpen() throws Exception {
        EventPort port = platform.events().allocateUnbound(peer.domain());
        port.close();
        try (SharedPages shared = platform.grants().share(peer.domain(), 1, READ_WRITE, false)) {
            assertThatThrownBy(() -> shared.notifyOnUnmap(0, port)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("event port " + port.number() + " is refused: EINVAL (22)");
        }
    }

    @Test
    void shouldNameTheLimitWhenPagesAreUsedUpAndGiveAllOfThemBack() throws Exception {
        for (int round = 0; round < 2; round++) {
            Deque<SharedPages> held = new ArrayDeque<>();
            try {
                held.push(platform.grants().share(peer.domain(), 512, READ_WRITE, true));
                held.push(platform.grants().share(peer.domain(), 512, READ_WRITE, false));
                assertThatThrownBy(() -> platform.grants().share(peer.domain(), 1, READ_WRITE, false))
                        .isInstanceOf(PlatformException.class)
                        .hasMessage("cannot grant 1 pages to domain " + peer.domain() + ": ENOSPC (28); gntalloc gives all"
                                + " programs of this domain together " + LIMIT + " pages, and this platform holds " + LIMIT
                                + ": share less, or echo 16384 | sudo tee /sys/module/xen_gntalloc/parameters/limit");
                held.pop().close();
                held.push(platform.grants().share(peer.domain(), 1, READ_WRITE, false));
            } finally {
                held.forEach(SharedPages::close);
            }
        }
    }

    @Test
    void shouldGiveBackAThousandRegions() throws Exception {
        RemotePeer.Region shared = peer.share(4, READ_WRITE, false);
        int[] refs = shared.refs();
        for (int i = 0; i < 1000; i++) {
            try (SharedPages own = platform.grants().share(peer.domain(), 4, READ_WRITE, i % 2 == 0);
                    PageRegion mapped = platform.grants().map(peer.domain(), refs, READ_WRITE, i % 2 == 1)) {
                assertThat(own.refs()).hasSize(4);
                assertThat(mapped.mirrored()).isEqualTo(i % 2 == 1);
            }
        }
    }
}
