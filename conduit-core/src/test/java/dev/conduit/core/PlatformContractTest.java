package dev.conduit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every platform promises: the rules of Xen. Two domains {@code a} and {@code b}, and a third one as a bystander. */
public abstract class PlatformContractTest {

    /** Longest wait for what must happen; never waited out when the test passes. */
    protected static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** For the suites of the platforms. */
    protected PlatformContractTest() {
    }

    /** The first domain; the same in one test. */
    protected abstract Platform a() throws Exception;

    /** The second domain; the same in one test. */
    protected abstract Platform b() throws Exception;

    /** A domain that has no part in what the others do. */
    protected abstract Platform bystander() throws Exception;

    protected static long soon() {
        return System.nanoTime() + PATIENCE_NANOS;
    }

    /** Waits for events until the count differs. */
    protected static long next(EventPort port, long seen) throws Exception {
        long deadline = soon();
        long now = port.await(seen, deadline);
        while (now == seen && System.nanoTime() < deadline) {
            now = port.await(seen, deadline);
        }
        if (now == seen) {
            throw new AssertionError("no event on port " + port.number());
        }
        return now;
    }

    /** Takes what is pending on a port, such as the event a bind leaves. */
    protected static long settle(EventPort port) throws Exception {
        return next(port, 0);
    }

    @Test
    void shouldShareZeroedPagesBothSidesWrite() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 3, GrantAccess.READ_WRITE, false);
                PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false)) {
            assertThat(shared.pages()).isEqualTo(3);
            assertThat(mapped.buffer().capacity()).isEqualTo(3 * GrantTable.PAGE_SIZE);
            for (int i = 0; i < mapped.buffer().capacity(); i++) {
                assertThat(mapped.buffer().get(i)).isZero();
            }
            shared.buffer().putInt(8192, 0x12345678);
            mapped.buffer().putInt(0, 0x0BADCAFE);
            assertThat(mapped.buffer().getInt(8192)).isEqualTo(0x12345678);
            assertThat(shared.buffer().getInt(0)).isEqualTo(0x0BADCAFE);
        }
    }

    @Test
    void shouldGivePositiveDistinctReferences() throws Exception {
        try (SharedPages first = a().grants().share(b().self(), 4, GrantAccess.READ_WRITE, false);
                SharedPages second = a().grants().share(b().self(), 4, GrantAccess.READ_WRITE, false)) {
            assertThat(first.refs()).doesNotHaveDuplicates().doesNotContain(second.refs());
            assertThat(IntStream.of(first.refs()).allMatch(ref -> ref > 0)).isTrue();
            assertThat(first.refs()).isNotSameAs(first.refs());
        }
    }

    @Test
    void shouldMapReferencesInTheOrderGiven() throws Exception {
        try (SharedPages one = a().grants().share(b().self(), 2, GrantAccess.READ_WRITE, false);
                SharedPages two = a().grants().share(b().self(), 2, GrantAccess.READ_WRITE, false)) {
            one.buffer().putInt(0, 10).putInt(4096, 11);
            two.buffer().putInt(0, 20).putInt(4096, 21);
            int[] refs = {two.refs()[1], one.refs()[0], one.refs()[1], two.refs()[0]};
            try (PageRegion mapped = b().grants().map(a().self(), refs, GrantAccess.READ_ONLY, false)) {
                ByteBuffer pages = mapped.buffer();
                assertThat(new int[] {pages.getInt(0), pages.getInt(4096), pages.getInt(8192), pages.getInt(12288)})
                        .containsExactly(21, 10, 11, 20);
            }
        }
    }

    @Test
    void shouldShowMirroredPagesTwice() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 2, GrantAccess.READ_WRITE, true);
                PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, true)) {
            for (PageRegion region : new PageRegion[] {shared, mapped}) {
                int copy = region.mirrored() ? 2 : 1;
                assertThat(region.pages()).isEqualTo(2);
                assertThat(region.buffer().capacity()).isEqualTo(copy * 2 * GrantTable.PAGE_SIZE);
            }
            if (shared.mirrored() && mapped.mirrored()) {
                shared.buffer().putLong(8192 - 4, 0x0102030405060708L);
                assertThat(mapped.buffer().getLong(8192 - 4)).isEqualTo(0x0102030405060708L);
                assertThat(mapped.buffer().getInt(0)).isEqualTo(shared.buffer().getInt(8192)).isNotZero();
            }
        }
    }

    @Test
    void shouldRejectMappingByDomainTheGrantDoesNotName() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false)) {
            assertThatThrownBy(() -> bystander().grants().map(a().self(), shared.refs(), GrantAccess.READ_ONLY, false))
                    .isInstanceOf(PlatformException.class);
        }
    }

    @Test
    void shouldRejectWritableMappingOfReadOnlyGrant() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_ONLY, false)) {
            assertThatThrownBy(() -> b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false))
                    .isInstanceOf(PlatformException.class);
        }
    }

    @Test
    void shouldNotLetReadOnlyMappingBeWritten() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_ONLY, false);
                PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_ONLY, false)) {
            shared.buffer().put(7, (byte) 9);
            assertThat(mapped.buffer().get(7)).isEqualTo((byte) 9);
            assertThatThrownBy(() -> mapped.buffer().put(7, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        }
    }

    @Test
    void shouldRejectUnknownAndRevokedReferences() throws Exception {
        SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        int[] refs = shared.refs();
        shared.close();
        assertThatThrownBy(() -> b().grants().map(a().self(), refs, GrantAccess.READ_WRITE, false))
                .isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> b().grants().map(a().self(), new int[] {1 << 30}, GrantAccess.READ_WRITE, false))
                .isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> b().grants().map(a().self(), new int[] {-1}, GrantAccess.READ_WRITE, false))
                .isInstanceOf(PlatformException.class);
    }

    @Test
    void shouldRejectCountsOutOfRange() throws Exception {
        for (int pages : new int[] {-1, 0, 513}) {
            assertThatThrownBy(() -> a().grants().share(b().self(), pages, GrantAccess.READ_WRITE, false))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("" + pages);
        }
        assertThatThrownBy(() -> b().grants().map(a().self(), new int[0], GrantAccess.READ_WRITE, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> b().grants().map(a().self(), new int[513], GrantAccess.READ_WRITE, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepMappingAfterOwnerClosed() throws Exception {
        SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        try (PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false)) {
            shared.buffer().putInt(0, 42);
            shared.close();
            assertThat(mapped.buffer().getInt(0)).isEqualTo(42);
        }
    }

    @Test
    void shouldNotReuseReferenceWhileMapped() throws Exception {
        SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        int ref = shared.refs()[0];
        try (PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false)) {
            shared.close();
            for (int i = 0; i < 20; i++) {
                try (SharedPages other = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false)) {
                    assertThat(other.refs()[0]).isNotEqualTo(ref);
                }
            }
            assertThat(mapped.pages()).isEqualTo(1);
        }
    }

    @Test
    void shouldShowPrivateZerosAfterClose() throws Exception {
        SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        ByteBuffer view = shared.buffer().duplicate();
        view.put(0, (byte) 5);
        shared.close();
        shared.close();
        assertThat(view.get(0)).isZero();
        view.put(0, (byte) 6);
    }

    @Test
    void shouldClearByteAndSendEventWhenRegionCloses() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
                EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number())) {
            settle(portB);
            PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false);
            mapped.notifyOnUnmap(20, portB);
            shared.buffer().putLong(16, -1);
            long seen = portA.events();
            mapped.close();
            next(portA, seen);
            assertThat(shared.buffer().getInt(20)).isEqualTo(0xFFFFFF00);
            assertThat(shared.buffer().getInt(16)).isEqualTo(-1);
        }
    }

    @Test
    void shouldClearByteAndSendEventWhenOwnerCloses() throws Exception {
        SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        try (EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number());
                PageRegion mapped = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_WRITE, false)) {
            long seen = settle(portB);
            shared.notifyOnUnmap(21, portA);
            shared.buffer().put(21, (byte) 1);
            shared.close();
            next(portB, seen);
            assertThat(mapped.buffer().get(21)).isZero();
        }
    }

    @Test
    void shouldRejectBadUnmapNotifications() throws Exception {
        try (SharedPages shared = a().grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
                EventPort port = a().events().allocateUnbound(b().self());
                PageRegion readOnly = b().grants().map(a().self(), shared.refs(), GrantAccess.READ_ONLY, false);
                EventPort portB = b().events().allocateUnbound(a().self())) {
            for (int offset : new int[] {-1, 4096}) {
                assertThatThrownBy(() -> shared.notifyOnUnmap(offset, port))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("" + offset);
            }
            assertThatThrownBy(() -> readOnly.notifyOnUnmap(0, portB)).isInstanceOf(PlatformException.class);
            shared.notifyOnUnmap(0, port);
            assertThatThrownBy(() -> shared.notifyOnUnmap(1, port)).isInstanceOf(PlatformException.class);
        }
    }

    @Test
    void shouldCarryEventsBothWays() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number())) {
            long seenB = settle(portB);
            long seenA = portA.events();
            for (int i = 0; i < 100; i++) {
                portA.send();
                seenB = next(portB, seenB);
                portB.send();
                seenA = next(portA, seenA);
            }
        }
    }

    @Test
    void shouldPendLocalPortOnBind() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number())) {
            assertThat(next(portB, 0)).isPositive();
            assertThat(portA.events()).isZero();
        }
    }

    @Test
    void shouldCoalesceEventsNobodyLookedAt() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number())) {
            long seen = settle(portB);
            for (int i = 0; i < 1000; i++) {
                portA.send();
            }
            assertThat(next(portB, seen)).isEqualTo(seen + 1);
            assertThat(portB.await(seen + 1, System.nanoTime())).isEqualTo(seen + 1);
        }
    }

    @Test
    void shouldServeManyPortsWithOneWait() throws Exception {
        List<EventPort> senders = new ArrayList<>();
        List<EventPort> served = new ArrayList<>();
        Queue<Integer> rang = new ConcurrentLinkedQueue<>();
        try (EventPort doorbell = b().events().allocateUnbound(b().self())) {
            for (int i = 0; i < 10; i++) {
                senders.add(a().events().allocateUnbound(b().self()));
                EventPort port = b().events().bind(a().self(), senders.get(i).number());
                settle(port);
                int number = i;
                port.onEvent(() -> {
                    rang.add(number);
                    doorbell.wakeUp();
                });
                served.add(port);
            }
            rang.clear();
            for (int i = 9; i >= 0; i--) {
                long seen = doorbell.events();
                senders.get(i).send();
                next(doorbell, seen);
            }
            assertThat(rang).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        } finally {
            served.forEach(EventPort::close);
            senders.forEach(EventPort::close);
        }
    }

    @Test
    void shouldDropEventsOnUnboundPort() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self())) {
            portA.send();
            try (EventPort portB = b().events().bind(a().self(), portA.number())) {
                long seen = settle(portB);
                assertThat(portB.await(seen, System.nanoTime())).isEqualTo(seen);
            }
        }
    }

    @Test
    void shouldBindOnlyForTheRemoteDomain() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self())) {
            assertThatThrownBy(() -> bystander().events().bind(a().self(), portA.number()))
                    .isInstanceOf(PlatformException.class);
            b().events().bind(a().self(), portA.number()).close();
        }
    }

    @Test
    void shouldRejectBindToUnknownOrBoundPort() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self());
                EventPort portB = b().events().bind(a().self(), portA.number())) {
            assertThatThrownBy(() -> b().events().bind(a().self(), portA.number()))
                    .isInstanceOf(PlatformException.class);
            assertThatThrownBy(() -> b().events().bind(a().self(), 4000)).isInstanceOf(PlatformException.class);
            assertThatThrownBy(() -> b().events().bind(a().self(), 0)).isInstanceOf(PlatformException.class);
            assertThat(portB.number()).isPositive();
        }
    }

    @Test
    void shouldReturnToUnboundForTheSameDomainWhenPeerCloses() throws Exception {
        try (EventPort portA = a().events().allocateUnbound(b().self())) {
            b().events().bind(a().self(), portA.number()).close();
            portA.send();
            assertThatThrownBy(() -> bystander().events().bind(a().self(), portA.number()))
                    .isInstanceOf(PlatformException.class);
            try (EventPort again = b().events().bind(a().self(), portA.number())) {
                long seen = settle(again);
                portA.send();
                next(again, seen);
            }
        }
    }

    @Test
    void shouldKeepEventsOfDifferentPortsApart() throws Exception {
        try (EventPort a1 = a().events().allocateUnbound(b().self());
                EventPort a2 = a().events().allocateUnbound(b().self());
                EventPort b1 = b().events().bind(a().self(), a1.number());
                EventPort b2 = b().events().bind(a().self(), a2.number())) {
            long seen1 = settle(b1);
            long seen2 = settle(b2);
            a2.send();
            next(b2, seen2);
            assertThat(b1.await(seen1, System.nanoTime())).isEqualTo(seen1);
        }
    }

    @Test
    void shouldConnectTwoPortsOfOneDomain() throws Exception {
        try (EventPort one = a().events().allocateUnbound(a().self());
                EventPort two = a().events().bind(a().self(), one.number())) {
            settle(two);
            two.send();
            next(one, 0);
        }
    }

    @Test
    void shouldEndAwaitAtDeadline() throws Exception {
        try (EventPort port = a().events().allocateUnbound(b().self())) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
            long now = 0;
            while (System.nanoTime() < deadline) {
                now = port.await(0, deadline);
            }
            assertThat(now).isZero();
        }
    }

    @Test
    void shouldEndAwaitWhenPortClosesOrThreadIsInterruptedOrWoken() throws Exception {
        EventPort port = a().events().allocateUnbound(b().self());
        CompletableFuture<Throwable> closed = awaitInThread(port, new AtomicReference<>());
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<Throwable> interrupted = awaitInThread(port, thread);
        thread.get().interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        port.close();
        port.close();
        assertThat(closed.get(20, TimeUnit.SECONDS)).isInstanceOf(PlatformException.class);
        assertThatThrownBy(port::send).isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> port.await(port.events(), soon())).isInstanceOf(PlatformException.class);
    }

    /** Starts a thread that awaits until it gets an exception; returns when it runs. */
    protected static CompletableFuture<Throwable> awaitInThread(EventPort port, AtomicReference<Thread> started)
            throws Exception {
        CompletableFuture<Throwable> result = new CompletableFuture<>();
        CompletableFuture<Void> running = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            running.complete(null);
            try {
                while (true) {
                    port.await(port.events(), soon());
                }
            } catch (InterruptedException | PlatformException | RuntimeException e) {
                result.complete(e);
            }
        });
        thread.start();
        started.set(thread);
        running.get(20, TimeUnit.SECONDS);
        return result;
    }

    @Test
    void shouldTellWhichDomainsAreAlive() throws Exception {
        assertThat(a().isAlive(b().self())).isTrue();
        assertThat(a().isAlive(DomainId.DOM0)).isTrue();
        assertThat(a().isAlive(new DomainId(32000))).isFalse();
        assertThat(a().self()).isNotEqualTo(b().self());
    }

    @Test
    void shouldReachXenStoreAsItself() throws Exception {
        assertThat(a().xenStore().readString("domid")).isEqualTo(a().self().toString());
        a().xenStore().write("data/key", "value");
        assertThat(a().xenStore().permissions("data/key").get(0).domain()).isEqualTo(a().self().value());
        a().xenStore().remove("data/key");
    }

    @Test
    void shouldRefuseUseAfterClose() throws Exception {
        Platform platform = a();
        EventPort port = platform.events().allocateUnbound(b().self());
        SharedPages shared = platform.grants().share(b().self(), 1, GrantAccess.READ_WRITE, false);
        platform.close();
        platform.close();
        shared.close();
        port.close();
        assertThatThrownBy(() -> platform.grants().share(b().self(), 1, GrantAccess.READ_WRITE, false))
                .isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> platform.events().allocateUnbound(b().self())).isInstanceOf(PlatformException.class);
        assertThatThrownBy(port::send).isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> port.await(0, soon())).isInstanceOf(PlatformException.class);
    }
}
