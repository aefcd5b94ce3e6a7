package dev.conduit.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.PlatformException;
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
 * Many threads on many ports, with slices of an hour, so that a wake-up that is lost stays lost: the thread it was for
 * fails at its deadline.
 */
@Timeout(240)
class EventDispatcherStressTest {

    private static final int PORTS = 24;
    private static final int READERS_PER_PORT = 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long SEED = 20_261_121L;

    private final FakeEventSource source = new FakeEventSource();
    private final EventDispatcher dispatcher = new EventDispatcher(source, PORTS, TimeUnit.HOURS.toNanos(1));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<PortEvents> ports = new ArrayList<>();

    EventDispatcherStressTest() throws PlatformException {
        for (int number = 1; number <= PORTS; number++) {
            ports.add(dispatcher.register(number));
        }
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        dispatcher.close();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(source.overlapped).as("two threads in take at once").isFalse();
    }

    /**
     * A few tokens go from port to port at random; most threads sleep, and each step of a token depends on one wake-up.
     * Some waits are brief, some wake-ups come by hand, so that leaders and followers come and go at any moment.
     */
    @Test
    void shouldLoseNoWakeUpInAClosedLoop() throws Exception {
        int steps = 40_000;
        AtomicIntegerArray tokens = new AtomicIntegerArray(PORTS);
        AtomicInteger left = new AtomicInteger(steps);
        List<Future<?>> readers = new ArrayList<>();
        for (int reader = 0; reader < PORTS * READERS_PER_PORT; reader++) {
            int index = reader % PORTS;
            SplittableRandom random = new SplittableRandom(SEED + reader);
            readers.add(threads.submit(() -> {
                passTokens(index, tokens, left, random);
                return null;
            }));
        }
        for (int token = 0; token < 3; token++) {
            send(token, tokens);
        }

        for (Future<?> reader : readers) {
            reader.get(2 * PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        }

        assertThat(left.get()).as("steps left undone, seed %d", SEED).isLessThanOrEqualTo(0);
    }

    private void passTokens(int index, AtomicIntegerArray tokens, AtomicInteger left, SplittableRandom random)
            throws PlatformException, InterruptedException {
        PortEvents port = ports.get(index);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (left.get() > 0 && System.nanoTime() - deadline < 0) {
            long seen = port.count();
            if (take(index, tokens)) {
                if (left.decrementAndGet() <= 0) {
                    ports.forEach(PortEvents::wakeUp);
                }
                send(random.nextInt(PORTS), tokens);
            } else if (left.get() > 0) {
                boolean brief = random.nextInt(8) == 0;
                port.await(seen, brief ? System.nanoTime() + random.nextInt(50_000) : deadline);
            }
            if (random.nextInt(64) == 0) {
                ports.get(random.nextInt(PORTS)).wakeUp();
            }
        }
    }

    private void send(int index, AtomicIntegerArray tokens) {
        tokens.incrementAndGet(index);
        source.raise(index + 1);
    }

    private static boolean take(int index, AtomicIntegerArray tokens) {
        int now = tokens.get(index);
        return now > 0 && tokens.compareAndSet(index, now, now - 1);
    }

    /** Writers that never wait; every reader of a port must see the last message, whoever's event it came with. */
    @Test
    void shouldShowTheLastMessageToEveryReader() throws Exception {
        int writers = 4;
        int messages = 10_000;
        int[] expected = new int[PORTS];
        for (int writer = 0; writer < writers; writer++) {
            SplittableRandom random = new SplittableRandom(SEED + writer);
            for (int message = 0; message < messages; message++) {
                expected[random.nextInt(PORTS)]++;
            }
        }
        AtomicIntegerArray sent = new AtomicIntegerArray(PORTS);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int reader = 0; reader < PORTS * READERS_PER_PORT; reader++) {
            int index = reader % PORTS;
            readers.add(threads.submit(() -> readUntil(expected[index], index, sent)));
        }
        List<Future<?>> writing = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            SplittableRandom random = new SplittableRandom(SEED + writer);
            writing.add(threads.submit(() -> {
                for (int message = 0; message < messages; message++) {
                    send(random.nextInt(PORTS), sent);
                }
            }));
        }

        for (Future<?> writer : writing) {
            writer.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        }
        for (int reader = 0; reader < readers.size(); reader++) {
            assertThat(readers.get(reader).get(2 * PATIENCE_NANOS, TimeUnit.NANOSECONDS))
                    .as("seen in time by reader %d, seed %d", reader, SEED).isEqualTo(expected[reader % PORTS]);
        }
    }

    /** Reads as a channel does: count, look, wait. Returns -1 when time ran out. */
    private int readUntil(int total, int index, AtomicIntegerArray sent)
            throws PlatformException, InterruptedException {
        PortEvents port = ports.get(index);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() - deadline < 0) {
            long seen = port.count();
            int now = sent.get(index);
            if (now >= total) {
                return now;
            }
            port.await(seen, deadline);
        }
        return -1;
    }
}
