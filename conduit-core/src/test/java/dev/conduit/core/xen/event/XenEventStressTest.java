package dev.conduit.core.xen.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.PlatformException;
import dev.conduit.core.event.EventDispatcher;
import dev.conduit.core.event.PortEvents;
import dev.conduit.core.event.UnslicedDispatcher;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.PosixLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tokens go from port to port at random through the driver's queue, which overflows often, while signals interrupt calls and
 * other ports come and go. Waits have no slices: each step of a token depends on one event, and one that is lost stays
 * lost.
 */
@Timeout(240)
class XenEventStressTest {

    private static final int PORTS = 24;
    private static final int READERS_PER_PORT = 2;
    private static final int STEPS = 20_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long SEED = 20_261_121L;

    private final FakeXen xen = new FakeXen(PosixLoader.posix());
    private final FakeDomain readers = xen.domain(1);
    private final Evtchn evtchn;
    private final Evtchn sender;
    private final XenEventSource source;
    private final EventDispatcher dispatcher;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<PortEvents> ports = new ArrayList<>();
    private final int[] remotes = new int[PORTS];
    private final AtomicIntegerArray tokens = new AtomicIntegerArray(PORTS);
    private final AtomicInteger left = new AtomicInteger(STEPS);

    XenEventStressTest() throws PlatformException {
        evtchn = Evtchn.open(readers.posix(), FakeDomain.DEVICE);
        sender = Evtchn.open(xen.domain(2).posix(), FakeDomain.DEVICE);
        source = XenEventSource.open(readers.posix(), evtchn);
        dispatcher = UnslicedDispatcher.over(source, EvtchnLayout.PORTS - 1);
        for (int i = 0; i < PORTS; i++) {
            PortEvents port = dispatcher.register(evtchn.bindUnbound(2));
            ports.add(port);
            remotes[i] = sender.bindInterdomain(1, port.number());
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        dispatcher.close();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        source.close();
        evtchn.close();
        sender.close();
        assertThat(readers.open).isEmpty();
    }

    @Test
    void shouldLoseNoWakeUp() throws Exception {
        readers.queueSize = 3;
        readers.failure = (number, name) -> number % 7 == 0 && List.of("read", "write", "epollWait", "ioctl")
                .contains(name) ? Errno.EINTR : 0;
        List<Future<?>> running = new ArrayList<>();
        for (int reader = 0; reader < PORTS * READERS_PER_PORT; reader++) {
            int index = reader % PORTS;
            SplittableRandom random = new SplittableRandom(SEED + reader);
            running.add(threads.submit(() -> {
                passTokens(index, random);
                return null;
            }));
        }
        running.add(threads.submit(() -> {
            comeAndGo();
            return null;
        }));
        for (int token = 0; token < 8; token++) {
            send(token);
        }

        for (Future<?> future : running) {
            future.get(2 * PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        }

        assertThat(left.get()).as("steps left undone, seed %d", SEED).isLessThanOrEqualTo(0);
        assertThat(readers.overflows).as("overflows").isPositive();
    }

    private void passTokens(int index, SplittableRandom random) throws PlatformException, InterruptedException {
        PortEvents port = ports.get(index);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (left.get() > 0 && System.nanoTime() - deadline < 0) {
            long seen = port.count();
            if (takeToken(index)) {
                if (left.decrementAndGet() <= 0) {
                    ports.forEach(PortEvents::wakeUp);
                }
                send(random.nextInt(PORTS));
            } else if (left.get() > 0) {
                boolean brief = random.nextInt(8) == 0;
                port.await(seen, brief ? System.nanoTime() + random.nextInt(50_000) : deadline);
            }
        }
    }

    private void send(int index) {
        tokens.incrementAndGet(index);
        assertThat(sender.send(remotes[index])).isZero();
    }

    private boolean takeToken(int index) {
        int now = tokens.get(index);
        return now > 0 && tokens.compareAndSet(index, now, now - 1);
    }

    /** A port that is new has its bind's event, also when the queue overflows at that moment. */
    private void comeAndGo() throws PlatformException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (left.get() > 0 && System.nanoTime() - deadline < 0) {
            int remote = sender.bindUnbound(1);
            int number = evtchn.bindInterdomain(2, remote);
            try (PortEvents port = dispatcher.register(number)) {
                while (port.count() == 0 && System.nanoTime() - deadline < 0) {
                    port.await(0, deadline);
                }
                assertThat(port.count()).as("the event of a bind, seed %d", SEED).isPositive();
            }
            evtchn.unbind(number);
            sender.unbind(remote);
        }
    }
}
