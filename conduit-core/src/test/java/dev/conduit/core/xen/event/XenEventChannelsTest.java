package dev.conduit.core.xen.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two domains over a driver that keeps the rules of Linux's, with real waiting. */
@Timeout(60)
class XenEventChannelsTest {

    private static final DomainId A = new DomainId(3);
    private static final DomainId B = new DomainId(4);
    private static final DomainId NOBODY = new DomainId(5);

    private final FakeXen xen = new FakeXen(PosixLoader.posix());
    private final FakeDomain domainA = xen.domain(A.value());
    private final FakeDomain domainB = xen.domain(B.value());
    private final XenEventChannels a;
    private final XenEventChannels b;

    XenEventChannelsTest() throws PlatformException {
        a = XenEventChannels.open(domainA.posix(), FakeDomain.DEVICE);
        b = XenEventChannels.open(domainB.posix(), FakeDomain.DEVICE);
    }

    @AfterEach
    void shouldLeaveNothing() {
        a.close();
        b.close();
        assertThat(domainA.open).isEmpty();
        assertThat(domainB.open).isEmpty();
        assertThat(xen.ports(A.value()) + xen.ports(B.value())).isZero();
    }

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    }

    /** Waits for a count above the one seen. */
    private static long next(EventPort port, long seen) throws Exception {
        long deadline = soon();
        long now = seen;
        while (now == seen && System.nanoTime() < deadline) {
            now = port.await(seen, deadline);
        }
        assertThat(now).as("events on port %d", port.number()).isGreaterThan(seen);
        return now;
    }

    /** What is delivered already or can be without waiting. */
    private static long now(EventPort port) throws Exception {
        return port.await(port.events(), System.nanoTime());
    }

    /** The ports of A and B, with the event of the bind taken. */
    private EventPort[] pair() throws Exception {
        EventPort server = a.allocateUnbound(B);
        EventPort client = b.bind(A, server.number());
        assertThat(next(client, 0)).isEqualTo(1);
        return new EventPort[] {server, client};
    }

    @Test
    void shouldSendBothWays() throws Exception {
        EventPort[] pair = pair();

        pair[1].send();
        assertThat(next(pair[0], 0)).isEqualTo(1);
        pair[0].send();
        assertThat(next(pair[1], 1)).isEqualTo(2);
    }

    @Test
    void shouldWakeAThreadThatWaits() throws Exception {
        EventPort[] pair = pair();
        CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return next(pair[0], 0);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        pair[1].send();

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void shouldCoalesceAndDropWhatNobodyIsBoundTo() throws Exception {
        EventPort[] pair = pair();
        for (int i = 0; i < 5; i++) {
            pair[1].send();
        }
        assertThat(next(pair[0], 0)).as("the first of five").isEqualTo(1);
        assertThat(next(pair[0], 1)).as("the others, which came while it was not taken").isEqualTo(2);
        assertThat(now(pair[0])).isEqualTo(2);

        pair[1].close();
        pair[0].send();
        EventPort again = b.bind(A, pair[0].number());
        assertThat(next(again, 0)).isEqualTo(1);
        assertThat(now(again)).as("only the bind's own event").isEqualTo(1);
    }

    /** Else an event that comes between the look at the memory and the unmasking would wait for the next. */
    @Test
    void shouldLetAPortHaveEventsBeforeAnybodyLooks() throws Exception {
        EventPort[] pair = pair();
        AtomicBoolean enabled = new AtomicBoolean(true);
        pair[0].onEvent(() -> enabled.set(enabled.get() && xen.channel(A.value(), pair[0].number()).enabled));

        for (int i = 0; i < 10; i++) {
            long seen = pair[0].events();
            pair[1].send();
            next(pair[0], seen);
        }

        assertThat(enabled).isTrue();
    }

    @Test
    void shouldTakeManyPortsWithOneReadAndOneWrite() throws Exception {
        List<EventPort> servers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            servers.add(a.allocateUnbound(B));
            b.bind(A, servers.get(i).number()).send();
        }
        Map<String, Integer> names = new ConcurrentHashMap<>();
        domainA.failure = (number, name) -> {
            names.merge(name, 1, Integer::sum);
            return 0;
        };

        next(servers.get(0), 0);

        assertThat(servers).allSatisfy(port -> assertThat(port.events()).isEqualTo(1));
        assertThat(names).isEqualTo(Map.of("epollWait", 1, "read", 1, "write", 1));
    }

    @Test
    void shouldServeAThousandPortsOnOneDescriptor() throws Exception {
        int open = domainA.open.size();
        List<EventPort> servers = new ArrayList<>();
        List<EventPort> clients = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            servers.add(a.allocateUnbound(B));
            clients.add(b.bind(A, servers.get(i).number()));
        }

        assertThat(domainA.open).hasSize(open);
        for (int round = 1; round <= 2; round++) {
            for (EventPort client : clients) {
                client.send();
            }
            for (EventPort server : servers) {
                assertThat(next(server, round - 1)).isEqualTo(round);
            }
        }
    }

    @Test
    void shouldReportEveryPortAfterAnOverflow() throws Exception {
        List<EventPort> servers = new ArrayList<>();
        List<EventPort> clients = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            servers.add(a.allocateUnbound(B));
            clients.add(b.bind(A, servers.get(i).number()));
        }
        domainA.queueSize = 64;
        for (int i = 0; i < 500; i++) {
            clients.get(i).send();
        }
        assertThat(domainA.overflows).isPositive();

        for (EventPort server : servers) {
            assertThat(next(server, 0)).isEqualTo(1);
        }
        for (int i = 550; i < 600; i++) {
            clients.get(i).send();
            assertThat(next(servers.get(i), 1)).as("after the overflow").isEqualTo(2);
        }
        clients.get(3).send();
        assertThat(next(servers.get(3), 1)).as("one whose event was lost").isEqualTo(2);
    }

    @Test
    void shouldGoOnWhenSignalsInterruptCalls() throws Exception {
        try (XenEventChannels other = XenEventChannels.open(interrupted(), FakeDomain.DEVICE)) {
            EventPort server = other.allocateUnbound(B);
            EventPort client = b.bind(A, server.number());
            for (int i = 0; i < 20; i++) {
                client.send();
                next(server, i);
                server.send();
                next(client, client.events() - 1);
            }
            server.close();
        }
        domainA.failure = (number, name) -> 0;
    }

    /** As {@link #domainA}, but every second call that signals can interrupt is. */
    private Posix interrupted() {
        domainA.failure = (number, name) -> number % 2 == 0 && List.of("open", "ioctl", "read", "write", "epollWait")
                .contains(name) ? Errno.EINTR : 0;
        return domainA.posix();
    }

    @Test
    void shouldNameWhatIsRefused() throws Exception {
        EventPort forB = a.allocateUnbound(B);
        EventPort forNobody = a.allocateUnbound(NOBODY);

        assertThatThrownBy(() -> b.bind(NOBODY, 1)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot bind to port 1 of domain 5: there is no such domain (ESRCH)");
        assertThatThrownBy(() -> b.bind(A, forNobody.number())).isInstanceOf(PlatformException.class)
                .hasMessage("cannot bind to port 2 of domain 3: no such port, bound already, or meant for another"
                        + " domain (EINVAL)");
        assertThatThrownBy(() -> b.bind(A, 0)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot bind to port 0 of domain 3: it is not positive");
        b.bind(A, forB.number());
        assertThatThrownBy(() -> b.bind(A, forB.number())).hasMessageContaining("bound already");
        domainA.maxPorts = 2;
        assertThatThrownBy(() -> a.allocateUnbound(B)).isInstanceOf(PlatformException.class)
                .hasMessage("no event port for domain 4: this domain has all the ports it may have;"
                        + " max_event_channels in its configuration (ENOSPC)");
    }

    @Test
    void shouldKnowWhichDomainsExist() throws Exception {
        assertThat(a.exists(B)).isTrue();
        assertThat(a.exists(A)).isTrue();
        assertThat(a.exists(NOBODY)).isFalse();
        xen.domain(NOBODY.value());
        assertThat(a.exists(NOBODY)).isTrue();
        xen.destroy(NOBODY.value());
        assertThat(a.exists(NOBODY)).isFalse();
        assertThat(xen.ports(A.value())).isZero();

        domainA.failure = (number, name) -> name.equals("ioctl") ? Errno.EPERM : 0;
        assertThatThrownBy(() -> a.exists(B)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot ask whether domain 4 exists: EPERM (1)");
    }

    @Test
    void shouldGiveNumbersOfClosedPortsToNewOnes() throws Exception {
        EventPort[] first = pair();
        EventPort[] second = pair();
        first[1].send();
        second[1].send();
        first[0].close();

        EventPort again = a.allocateUnbound(B);

        assertThat(again.number()).isEqualTo(first[0].number());
        assertThat(next(second[0], 0)).isEqualTo(1);
        EventPort client = b.bind(A, again.number());
        long seen = now(again);
        client.send();
        assertThat(next(again, seen)).isEqualTo(seen + 1);
        assertThatThrownBy(first[0]::send).hasMessage("event port 1 is closed");
        first[0].close();
        assertThat(xen.ports(A.value())).isEqualTo(2);
    }

    @Test
    void shouldEndWhatWaitsWhenClosed() throws Exception {
        EventPort[] pair = pair();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                next(pair[0], 0);
                ended.complete(null);
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        waiter.start();
        while (waiter.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }

        a.close();
        a.close();

        assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(PlatformException.class);
        assertThat(domainA.open).isEmpty();
        int calls = domainA.calls.get();
        assertThatThrownBy(pair[0]::send).isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> a.allocateUnbound(B)).hasMessage("no event port for domain 4: the platform is closed");
        assertThatThrownBy(() -> a.exists(B)).hasMessageContaining("the platform is closed");
        assertThat(domainA.calls).as("no call on a number that may be another file's").hasValue(calls);
    }

    @Test
    void shouldEndWaitsWhenTheDeviceFails() throws Exception {
        EventPort[] pair = pair();
        domainA.failure = (number, name) -> name.equals("read") ? Errno.EIO : 0;
        pair[1].send();

        assertThatThrownBy(() -> next(pair[0], 0)).isInstanceOf(PlatformLostException.class)
                .hasMessage("event channels are lost: their device gave EIO (5); close the platform and open it again");
        domainA.failure = (number, name) -> 0;
    }

    @Test
    void shouldGiveEverythingBackWhicheverCallOfOpeningFails() throws Exception {
        int before = domainA.open.size();
        int failed = 0;
        boolean opened = false;
        for (int failing = 0; !opened; failing++) {
            int from = domainA.calls.get() + failing;
            domainA.failure = (number, name) -> number == from ? Errno.ENOMEM : 0;
            try (XenEventChannels channels = XenEventChannels.open(domainA.posix(), FakeDomain.DEVICE)) {
                opened = domainA.calls.get() <= from;
                assertThat(channels.exists(B) || !opened).isTrue();
            } catch (PlatformException e) {
                failed++;
                assertThat(e).hasMessageContaining("ENOMEM (12)");
            }
            assertThat(domainA.open).as("after failure of call %d", failing).hasSize(before);
        }
        domainA.failure = (number, name) -> 0;
        assertThat(failed).isGreaterThanOrEqualTo(9);
    }

    @Test
    void shouldSayWhatIsWrongWithTheDevice() {
        Path device = FakeDomain.DEVICE;
        String user = System.getProperty("user.name");
        assertThatThrownBy(() -> XenEventChannels.open(PosixLoader.posix(), Path.of("/nowhere/evtchn")))
                .isInstanceOf(PlatformException.class)
                .hasMessage("/nowhere/evtchn cannot be opened (ENOENT): this is no Xen guest, or: sudo modprobe xen-evtchn");
        domainA.failure = (number, name) -> name.equals("open") ? Errno.EACCES : 0;
        assertThatThrownBy(() -> XenEventChannels.open(domainA.posix(), device))
                .hasMessage("user '" + user + "' may not read and write /dev/xen/evtchn (EACCES): sudo chown " + user
                        + " /dev/xen/evtchn");
        domainA.failure = (number, name) -> name.equals("open") ? Errno.EPERM : 0;
        assertThatThrownBy(() -> XenEventChannels.open(domainA.posix(), device))
                .hasMessage("a container or a security module keeps user '" + user + "' from /dev/xen/evtchn (EPERM):"
                        + " give it the device, as docker run --device /dev/xen/evtchn does");
        domainA.failure = (number, name) -> 0;
    }
}
