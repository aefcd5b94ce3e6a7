package dev.conduit.testbed.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.Platforms;
import dev.conduit.core.posix.PosixLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Event channels between this domain and the peer's, and within this one, on a real Xen. */
class EventsTest {

    private static final DomainId NOBODY = new DomainId(32000);

    /** Two ports each; a domain has 1023 at most unless configured otherwise, and its kernel needs some. */
    private static final int PAIRS = 480;

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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        long now = port.await(seen, deadline);
        while (now == seen && System.nanoTime() < deadline) {
            now = port.await(seen, deadline);
        }
        assertThat(now).as("events on port %d", port.number()).isNotEqualTo(seen);
        return now;
    }

    @Test
    void shouldUseXenWithTheNativeCallsOfThisJava() {
        assertThat(platform.name()).isEqualTo("xen");
        assertThat(platform.self()).isNotEqualTo(peer.domain());
        assertThat(PosixLoader.posix().name()).isEqualTo(Runtime.version().feature() < 22 ? "jna" : "ffm");
    }

    @Test
    void shouldSendBothWaysOnAPortOfOurs() throws Exception {
        try (EventPort port = platform.events().allocateUnbound(peer.domain())) {
            int remote = peer.bind(port.number());
            long remoteSeen = peer.events(remote, 0);

            peer.send(remote);
            long seen = next(port, 0);
            port.send();
            assertThat(peer.events(remote, remoteSeen)).isGreaterThan(remoteSeen);
            peer.send(remote);
            next(port, seen);
        }
    }

    @Test
    void shouldHaveAnEventPendingAfterBindingAndSendBothWays() throws Exception {
        int remote = peer.allocateUnbound();
        try (EventPort port = platform.events().bind(peer.domain(), remote)) {
            long seen = next(port, 0);
            assertThat(port.await(seen, System.nanoTime())).as("one event of the bind").isEqualTo(seen);

            port.send();
            assertThat(peer.events(remote, 0)).isPositive();
            peer.send(remote);
            next(port, seen);
        }
    }

    @Test
    void shouldCoalesceManyEvents() throws Exception {
        int remote = peer.allocateUnbound();
        try (EventPort port = platform.events().bind(peer.domain(), remote)) {
            for (int i = 0; i < 1000; i++) {
                port.send();
            }
            long first = peer.events(remote, 0);
            port.send();
            long last = peer.events(remote, first);
            assertThat(last).as("deliveries of 1001 events").isBetween(2L, 50L);
        }
    }

    @Test
    void shouldRefuseWhatXenRefuses() throws Exception {
        int remote = peer.allocateUnbound();
        assertThatThrownBy(() -> platform.events().bind(NOBODY, 1)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot bind to port 1 of domain 32000: there is no such domain (ESRCH)");
        assertThatThrownBy(() -> platform.events().bind(peer.domain(), 100_000)).isInstanceOf(PlatformException.class)
                .hasMessageContaining("cannot bind to port 100000 of domain " + peer.domain() + ": no such port");
        try (EventPort port = platform.events().bind(peer.domain(), remote);
                EventPort forNobody = platform.events().allocateUnbound(NOBODY)) {
            assertThat(port.number()).isPositive();
            assertThatThrownBy(() -> platform.events().bind(peer.domain(), remote)).hasMessageContaining("(EINVAL)");
            assertThatThrownBy(() -> peer.bind(forNobody.number())).hasMessageContaining("meant for another domain");
            forNobody.send();
        }
    }

    @Test
    void shouldReturnToUnboundWhenThePeerCloses() throws Exception {
        try (EventPort port = platform.events().allocateUnbound(peer.domain())) {
            int remote = peer.bind(port.number());
            peer.closePort(remote);
            port.send();

            int again = peer.bind(port.number());
            long seen = port.events();
            peer.send(again);
            next(port, seen);
        }
    }

    @Test
    void shouldReturnToUnboundWhenThePeerIsKilled() throws Exception {
        try (EventPort port = platform.events().allocateUnbound(peer.domain())) {
            peer.bind(port.number());
            peer.kill();
            peer.reset();
            port.send();

            int again = peer.bind(port.number());
            long seen = port.events();
            peer.send(again);
            next(port, seen);
        }
    }

    @Test
    void shouldServeAThousandPortsOnOneDescriptor() throws Exception {
        List<EventPort> ports = new ArrayList<>();
        int descriptors = Descriptors.open().size();
        try {
            for (int i = 0; i < PAIRS; i++) {
                ports.add(platform.events().allocateUnbound(platform.self()));
                ports.add(platform.events().bind(platform.self(), ports.get(2 * i).number()));
            }
            assertThat(Descriptors.open()).hasSize(descriptors);
            for (int i = 0; i < ports.size(); i++) {
                EventPort port = ports.get(i);
                long seen = port.await(port.events(), System.nanoTime());
                ports.get(i ^ 1).send();
                next(port, seen);
            }
        } finally {
            ports.forEach(EventPort::close);
        }
    }

    /** What no program does: it unmasks a port again and again without reading, so that the driver's queue overflows. */
    @Test
    void shouldGoOnAfterTheDriversQueueOverflowed() throws Exception {
        Set<Integer> before = Descriptors.open();
        try (Platform fresh = Platforms.open();
                EventPort other = fresh.events().allocateUnbound(fresh.self());
                EventPort otherEnd = fresh.events().bind(fresh.self(), other.number());
                EventPort port = fresh.events().allocateUnbound(fresh.self());
                EventPort end = fresh.events().bind(fresh.self(), port.number())) {
            int fd = Descriptors.open().stream().filter(number -> !before.contains(number)).findFirst().orElseThrow();
            for (int i = 0; i < 1000 && !Descriptors.overflowed(fd); i++) {
                end.send();
                Descriptors.unmask(fd, port.number());
            }
            assertThat(Descriptors.overflowed(fd)).as("EFBIG of the driver").isTrue();
            otherEnd.send();

            long seen = next(port, 0);
            long otherSeen = next(other, 0);
            next(end, 0);
            end.send();
            next(port, seen);
            otherEnd.send();
            next(other, otherSeen);
        }
    }

    @Test
    void shouldTellWhichDomainsAreAlive() throws Exception {
        assertThat(platform.isAlive(peer.domain())).isTrue();
        assertThat(platform.isAlive(platform.self())).isTrue();
        assertThat(platform.isAlive(DomainId.DOM0)).isTrue();
        assertThat(platform.isAlive(NOBODY)).isFalse();
        assertThat(platform.isAlive(DomainId.parse(System.getProperty("conduit.testbed.gone")))).isFalse();
    }

    @Test
    void shouldEndWaitsWhenThePlatformCloses() throws Exception {
        Platform fresh = Platforms.open();
        EventPort port = fresh.events().allocateUnbound(peer.domain());
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                next(port, 0);
                ended.complete(null);
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        waiter.start();

        fresh.close();

        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> peer.bind(port.number())).as("the port is given back").hasMessageContaining("EINVAL");
    }
}
