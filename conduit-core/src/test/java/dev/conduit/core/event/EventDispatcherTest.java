package dev.conduit.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With slices of an hour: nothing here may depend on a slice ending, unless a test says so. */
@Timeout(120)
class EventDispatcherTest {

    private static final int MAX_PORT = 5000;
    private static final long PATIENCE_SECONDS = 30;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final FakeEventSource source = new FakeEventSource();
    private final EventDispatcher dispatcher = new EventDispatcher(source, MAX_PORT, HOUR);
    private final List<Await> awaits = new ArrayList<>();

    @AfterEach
    void endAllWaits() throws Exception {
        dispatcher.close();
        for (Await waiting : awaits) {
            waiting.thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            assertThat(waiting.thread.isAlive()).isFalse();
        }
        assertThat(source.overlapped).as("two threads in take at once").isFalse();
    }

    @Test
    void shouldLetASingleWaiterTakeItsOwnEvent() throws Exception {
        PortEvents port = dispatcher.register(1);
        Await waiting = leaderOn(port);

        source.raise(1);

        assertThat(waiting.result()).isEqualTo(1);
        assertThat(port.count()).isEqualTo(1);
        assertThat(source.lastTaker).isSameAs(waiting.thread);
        assertThat(source.takes).isEqualTo(1);
    }

    @Test
    void shouldRunTheActionOfAPortAtOnceAndAtEachDelivery() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        PortEvents port = dispatcher.register(1);
        port.onEvent(runs::incrementAndGet);
        assertThat(runs.get()).isEqualTo(1);

        source.raise(1);
        assertThat(port.await(0, System.nanoTime() + HOUR)).isEqualTo(1);
        assertThat(runs.get()).isEqualTo(2);
        port.wakeUp();
        assertThat(runs.get()).isEqualTo(3);
    }

    /** Many ports, one thread: it takes the event itself and needs nobody to interrupt it. */
    @Test
    void shouldWakeTheLeaderByTheActionOfAnotherPort() throws Exception {
        PortEvents doorbell = dispatcher.register(1);
        PortEvents served = dispatcher.register(2);
        served.onEvent(doorbell::wakeUp);
        Await waiting = leaderOn(doorbell);

        source.raise(2);

        assertThat(waiting.result()).isEqualTo(2);
        assertThat(source.takes).isEqualTo(1);
    }

    @Test
    void shouldReturnAtOnceWhenTheCountDiffersFromTheOneSeen() throws Exception {
        PortEvents port = dispatcher.register(1);

        assertThat(port.await(-1, System.nanoTime() + HOUR)).isZero();
        assertThat(source.takes).isZero();
    }

    @Test
    void shouldCountAnEventThatWasPendingBeforeTheWait() throws Exception {
        PortEvents port = dispatcher.register(1);
        source.raise(1);

        assertThat(port.await(0, System.nanoTime() + HOUR)).isEqualTo(1);
    }

    @Test
    void shouldLookOnceWhenTheDeadlineHasPassed() throws Exception {
        PortEvents port = dispatcher.register(1);
        assertThat(port.await(0, System.nanoTime() - 1)).isZero();
        source.raise(1);
        assertThat(port.await(0, System.nanoTime() - 1)).isEqualTo(1);
        assertThat(source.takes).isEqualTo(2);
    }

    @Test
    void shouldReturnTheUnchangedCountWhenTimeIsUp() throws Exception {
        PortEvents port = dispatcher.register(1);

        assertThat(port.await(0, System.nanoTime() + 1_000_000)).isZero();
    }

    @Test
    void shouldReturnTheUnchangedCountToAFollowerWhenTimeIsUp() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        PortEvents other = dispatcher.register(2);

        assertThat(other.await(0, System.nanoTime() + 1_000_000)).isZero();
        assertThat(other.await(0, System.nanoTime() - 1)).isZero();
        assertThat(leader.isWaiting()).isTrue();
    }

    @Test
    void shouldDeliverToAFollowerWithoutEndingTheLeader() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        Await follower = followerOn(dispatcher.register(2));

        source.raise(2);

        assertThat(follower.result()).isEqualTo(1);
        assertThat(leader.isWaiting()).isTrue();
        assertThat(source.lastTaker).isSameAs(leader.thread);
    }

    @Test
    void shouldPassLeadershipToTheOneThatWaitsLongest() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        Await second = followerOn(dispatcher.register(2));
        Await third = followerOn(dispatcher.register(3));

        source.raise(1);

        assertThat(leader.result()).isEqualTo(1);
        awaitLeader(second);
        source.raise(3);
        assertThat(third.result()).isEqualTo(1);
        assertThat(second.isWaiting()).isTrue();
        source.raise(2);
        assertThat(second.result()).isEqualTo(1);
    }

    @Test
    void shouldPassLeadershipWhenTheLeaderIsInterrupted() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        Await second = followerOn(dispatcher.register(2));

        leader.thread.interrupt();
        source.interrupt(); // as the end of its slice would

        assertThatThrownBy(leader::result).hasCauseInstanceOf(InterruptedException.class);
        awaitLeader(second);
    }

    @Test
    void shouldNotStayLeaderWhenTheSourceThrows() throws Exception {
        EventSource failing = new EventSource() {
            @Override
            public int take(int[] ports, long timeoutNanos) {
                throw new IllegalStateException("broken source");
            }

            @Override
            public void interrupt() {
            }
        };
        try (EventDispatcher broken = new EventDispatcher(failing, 10, HOUR)) {
            PortEvents port = broken.register(1);
            assertThatThrownBy(() -> port.await(0, System.nanoTime() + HOUR)).hasMessage("broken source");
            assertThatThrownBy(() -> port.await(0, System.nanoTime() + HOUR)).hasMessage("broken source");
        }
    }

    @Test
    void shouldWakeEveryThreadOnOnePort() throws Exception {
        PortEvents port = dispatcher.register(7);
        List<Await> all = List.of(leaderOn(port), followerOn(port), followerOn(port));

        source.raise(7);

        for (Await waiting : all) {
            assertThat(waiting.result()).isEqualTo(1);
        }
    }

    @Test
    void shouldCountAnEventThatCameBeforeItsPortWasRegistered() throws Exception {
        PortEvents port = dispatcher.register(1);
        source.raise(4000);
        port.await(0, System.nanoTime() - 1);

        PortEvents late = dispatcher.register(4000);

        assertThat(late.count()).isEqualTo(1);
        assertThat(late.await(0, System.nanoTime() + HOUR)).isEqualTo(1);
    }

    @Test
    void shouldIgnorePortsOutOfRange() throws Exception {
        PortEvents port = dispatcher.register(MAX_PORT);
        source.raise(0);
        source.raise(MAX_PORT + 1);
        source.raise(MAX_PORT);

        assertThat(port.await(0, System.nanoTime() + HOUR)).isEqualTo(1);
    }

    @Test
    void shouldRejectABadOrRegisteredPort() throws Exception {
        PortEvents port = dispatcher.register(5);

        assertThat(port.number()).isEqualTo(5);
        assertThatThrownBy(() -> dispatcher.register(5)).isInstanceOf(IllegalStateException.class)
                .hasMessage("event port 5 is registered already");
        assertThatThrownBy(() -> dispatcher.register(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event port 0 is not between 1 and 5000");
        assertThatThrownBy(() -> dispatcher.register(5001)).isInstanceOf(IllegalArgumentException.class);
        port.close();
        assertThat(dispatcher.register(5).count()).isZero();
    }

    @Test
    void shouldWakeTheLeaderByHand() throws Exception {
        PortEvents port = dispatcher.register(1);
        Await leader = leaderOn(port);

        port.wakeUp();

        assertThat(leader.result()).isEqualTo(1);
    }

    @Test
    void shouldWakeAFollowerByHand() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        PortEvents port = dispatcher.register(2);
        Await follower = followerOn(port);

        port.wakeUp();

        assertThat(follower.result()).isEqualTo(1);
        assertThat(leader.isWaiting()).isTrue();
    }

    @Test
    void shouldNotMissAWakeUpThatCameJustBeforeTheWait() throws Exception {
        PortEvents port = dispatcher.register(1);
        long seen = port.count();

        port.wakeUp();

        assertThat(port.await(seen, System.nanoTime() + HOUR)).isNotEqualTo(seen);
    }

    @Test
    void shouldEndTheLeaderWhenItsPortCloses() throws Exception {
        PortEvents port = dispatcher.register(1);
        Await leader = leaderOn(port);

        port.close();
        port.close();

        assertThatThrownBy(leader::result).hasCauseInstanceOf(PlatformException.class)
                .cause().hasMessage("event port 1 is closed");
        assertThatThrownBy(() -> port.await(0, System.nanoTime() + HOUR)).hasMessage("event port 1 is closed");
        assertThat(port.isClosed()).isTrue();
    }

    @Test
    void shouldEndAFollowerWhenItsPortCloses() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        PortEvents port = dispatcher.register(2);
        Await follower = followerOn(port);

        port.close();

        assertThatThrownBy(follower::result).cause().hasMessage("event port 2 is closed");
        assertThat(leader.isWaiting()).isTrue();
    }

    @Test
    void shouldInterruptAFollower() throws Exception {
        leaderOn(dispatcher.register(1));
        Await follower = followerOn(dispatcher.register(2));

        follower.thread.interrupt();

        assertThatThrownBy(follower::result).hasCauseInstanceOf(InterruptedException.class)
                .cause().hasMessage("interrupted while waiting on event port 2");
    }

    @Test
    void shouldInterruptTheLeaderAtTheEndOfASlice() throws Exception {
        try (EventDispatcher sliced = new EventDispatcher(source, MAX_PORT)) {
            Await leader = leaderOn(sliced.register(1));

            leader.thread.interrupt();

            assertThatThrownBy(leader::result).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void shouldNotWaitWhenInterruptedBefore() throws Exception {
        PortEvents port = dispatcher.register(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> port.await(0, System.nanoTime() + HOUR)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(source.takes).isZero();
    }

    @Test
    void shouldEndEveryoneWhenTheSourceIsLost() throws Exception {
        PortEvents port = dispatcher.register(1);
        Await leader = leaderOn(port);
        Await follower = followerOn(dispatcher.register(2));

        source.lose();

        for (Await waiting : List.of(leader, follower)) {
            assertThatThrownBy(waiting::result).hasCauseInstanceOf(PlatformLostException.class)
                    .cause().hasMessage("the fake platform is lost");
        }
        assertThatThrownBy(() -> dispatcher.register(3)).isInstanceOf(PlatformLostException.class);
    }

    @Test
    void shouldEndEveryoneWhenToldOfALoss() throws Exception {
        Await leader = leaderOn(dispatcher.register(1));
        Await follower = followerOn(dispatcher.register(2));

        dispatcher.fail("the host is gone");
        dispatcher.fail("a later reason");

        for (Await waiting : List.of(leader, follower)) {
            assertThatThrownBy(waiting::result).hasCauseInstanceOf(PlatformLostException.class)
                    .cause().hasMessage("the host is gone");
        }
    }

    @Test
    void shouldStillTellWhatCameBeforeTheLoss() throws Exception {
        PortEvents port = dispatcher.register(1);
        port.wakeUp();

        dispatcher.fail("the host is gone");

        assertThat(port.await(0, System.nanoTime() + HOUR)).isEqualTo(1);
        assertThatThrownBy(() -> port.await(1, System.nanoTime() + HOUR)).hasMessage("the host is gone");
    }

    @Test
    void shouldHaveNobodyInTheSourceAfterClose() throws Exception {
        PortEvents port = dispatcher.register(1);
        Await leader = leaderOn(port);
        Await follower = followerOn(dispatcher.register(2));

        dispatcher.close();

        assertThat(source.taking).isNull();
        source.raise(1);
        for (Await waiting : List.of(leader, follower)) {
            assertThatThrownBy(waiting::result).cause().hasMessage("the platform is closed");
        }
        assertThatThrownBy(() -> port.await(0, System.nanoTime() + HOUR)).hasMessage("the platform is closed");
        assertThat(source.isPending(1)).isTrue();
    }

    @Test
    void shouldDeliverMoreEventsThanOneTakeHolds() throws Exception {
        List<PortEvents> ports = new ArrayList<>();
        for (int number = 1; number <= 1000; number++) {
            ports.add(dispatcher.register(number));
            source.raise(number);
        }

        assertThat(ports.get(999).await(0, System.nanoTime() + HOUR)).isEqualTo(1);

        assertThat(ports).allSatisfy(port -> assertThat(port.count()).isEqualTo(1));
    }

    private Await leaderOn(PortEvents port) {
        Await waiting = start(port);
        awaitLeader(waiting);
        return waiting;
    }

    private void awaitLeader(Await waiting) {
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).pollDelay(Duration.ZERO).pollInterval(
                Duration.ofMillis(1)).until(() -> source.taking == waiting.thread);
    }

    private Await followerOn(PortEvents port) {
        Await waiting = start(port);
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).pollDelay(Duration.ZERO).pollInterval(
                Duration.ofMillis(1)).until(waiting::isParked);
        return waiting;
    }

    private Await start(PortEvents port) {
        Await waiting = new Await(port);
        awaits.add(waiting);
        waiting.thread.start();
        return waiting;
    }

    /** A thread in await, and what came of it. */
    private static final class Await {
        private final CompletableFuture<Long> outcome = new CompletableFuture<>();
        private final Thread thread;

        private Await(PortEvents port) {
            long seen = port.count();
            thread = new Thread(() -> {
                try {
                    outcome.complete(port.await(seen, System.nanoTime() + HOUR));
                } catch (PlatformException | InterruptedException e) {
                    outcome.completeExceptionally(e);
                }
            }, "await-" + port.number());
        }

        private boolean isParked() {
            return thread.getState() == Thread.State.TIMED_WAITING;
        }

        private boolean isWaiting() {
            return !outcome.isDone();
        }

        private long result() throws Exception {
            return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
