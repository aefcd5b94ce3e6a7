package dev.conduit.rendezvous.directory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A toolstack, guests and askers under a simulated clock. Everything takes a random time and may fail; what must always
 * hold is looked at after each step.
 */
final class Simulation implements Effects {

    private record Event(long at, long order, Runnable action) {}

    private final Random random;
    private final Engine engine = new Engine(Instant.EPOCH, this);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Set<String> running = new HashSet<>();
    private final Set<String> inCall = new HashSet<>();
    private final Map<String, Long> awaited = new HashMap<>();
    private final Map<String, Long> memory = new HashMap<>();
    private final Set<Long> open = new HashSet<>();
    private Limits limits = Limits.DEFAULTS;
    private boolean faults = true;
    private boolean front;
    private long now;
    private long order;
    private long asks;
    private long openStops;
    private int boots;
    private int ups;
    private int failures;

    Simulation(long seed) {
        random = new Random(seed);
    }

    Engine engine() {
        return engine;
    }

    int boots() {
        return boots;
    }

    int ups() {
        return ups;
    }

    int failures() {
        return failures;
    }

    void endFaults() {
        faults = false;
    }

    void configure(Configuration configuration) {
        limits = configuration.limits();
        configuration.services().forEach(service -> memory.put(service.name(), service.memory()));
        engine.configure(now, configuration, Map.of());
    }

    void ask(String name, Cause cause, String asker, Duration patience) {
        long id = asks++;
        long deadline = now + patience.toNanos();
        open.add(id);
        engine.ask(now, name, new Ask(cause, asker, deadline, outcome -> {
            assertThat(open.remove(id)).as("ask %d is answered once", id).isTrue();
            assertThat(now).as("ask %d for %s: %s", id, name, outcome).isLessThanOrEqualTo(deadline);
            if (outcome instanceof Outcome.Up) {
                ups++;
            } else {
                failures++;
            }
        }));
    }

    void stopService(String name) {
        openStops++;
        engine.stop(now, name, failure -> openStops--);
    }

    void kill(String name) {
        running.remove(name);
    }

    /** The toolstack is asked for the states of all live guests; the answer takes a while. */
    void sweep() {
        engine.live().forEach(live -> {
            GuestState seen = running.contains(live.service().name()) ? GuestState.RUNNING
                    : random.nextInt(4) == 0 ? GuestState.CRASHED : GuestState.OFF;
            after(millis(200), () -> engine.observed(now, live.service().name(), live.ticket(), seen));
        });
    }

    void sampleAll() {
        engine.live().stream().filter(Engine.Live::idles).forEach(live -> sample(live.service(), live.ticket()));
    }

    void run(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            long next = Math.min(events.isEmpty() ? Long.MAX_VALUE : events.peek().at(), engine.nextTimer());
            if (next > end) {
                now = end;
                return;
            }
            now = Math.max(now, next);
            engine.tick(now);
            if (!events.isEmpty() && events.peek().at() <= now) {
                events.poll().action().run();
            }
            check();
        }
    }

    void check() {
        assertThat(engine.booting()).isBetween(0, limits.boots());
        assertThat(engine.waiting()).isBetween(0, limits.waiting()).isEqualTo(open.size());
        if (limits.memory() > 0) {
            assertThat(engine.memoryUsed()).isBetween(0L, limits.memory());
            assertThat(running.stream().mapToLong(memory::get).sum()).isLessThanOrEqualTo(engine.memoryUsed());
        }
        for (ServiceStatus status : engine.statuses(now)) {
            if (status.state() == ServiceState.OFF && status.waiting() > 0) {
                throw new AssertionError(status + " sleeps while somebody waits for it");
            }
            if (status.state() == ServiceState.QUEUED && engine.booting() < limits.boots()) {
                throw new AssertionError(status + " waits while a turn is free");
            }
        }
    }

    void checkNothingLeft() {
        assertThat(engine.memoryUsed()).isEqualTo(engine.statuses(now).stream()
                .filter(status -> status.state() != ServiceState.OFF).mapToLong(status -> memory.get(status.name())).sum());
        assertThat(open).isEmpty();
        assertThat(openStops).isZero();
        assertThat(inCall).isEmpty();
        assertThat(engine.booting()).isZero();
    }

    private void after(Duration delay, Runnable action) {
        events.add(new Event(now + delay.toNanos(), order++, action));
    }

    private Duration millis(int most) {
        return Duration.ofMillis(1 + random.nextInt(most));
    }

    private boolean fails() {
        return faults && random.nextInt(5) == 0;
    }

    @Override
    public void start(ServiceSettings service, long ticket) {
        String name = service.name();
        assertThat(inCall.add(name)).as("one call at a time for %s", name).isTrue();
        assertThat(running).as("one guest of a service").doesNotContain(name);
        boots++;
        after(millis(2000), () -> {
            inCall.remove(name);
            if (fails()) {
                engine.startFailed(now, name, ticket, "simulated");
            } else {
                running.add(name);
                engine.started(now, name, ticket, boots);
            }
        });
    }

    @Override
    public void awaitReady(ServiceSettings service, long ticket, int domain) {
        String name = service.name();
        awaited.put(name, ticket);
        if (!fails()) {
            after(millis(3000), () -> {
                if (running.contains(name) && awaited.getOrDefault(name, -1L) == ticket) {
                    engine.ready(now, name, ticket);
                }
            });
        }
    }

    @Override
    public void forgetReady(ServiceSettings service, long ticket) {
        awaited.remove(service.name(), ticket);
    }

    @Override
    public void stop(ServiceSettings service, long ticket, StopMode mode, Duration timeout) {
        String name = service.name();
        assertThat(inCall.add(name)).as("one call at a time for %s", name).isTrue();
        after(millis(1000), () -> {
            inCall.remove(name);
            if (fails()) {
                engine.stopFailed(now, name, ticket, "simulated");
            } else {
                running.remove(name);
                engine.stopped(now, name, ticket);
            }
        });
    }

    @Override
    public void sample(ServiceSettings service, long ticket) {
        long sampledAt = now;
        int flows = faults && random.nextInt(3) == 0 ? 1 : 0;
        after(millis(100), () -> engine.sampled(now, sampledAt, service.name(), ticket, flows, -1));
    }

    void front(boolean holds) {
        front = holds;
    }

    @Override
    public boolean frontHolds(ServiceSettings service) {
        return front;
    }

    @Override
    public void arm(ServiceSettings service) {
        assertThat(inCall).as("armed while its guest is started or stopped").doesNotContain(service.name());
    }

    @Override
    public void handOver(ServiceSettings service) {}

    @Override
    public void disarm(ServiceSettings service) {}

    @Override
    public void answer(Consumer<Outcome> asker, Outcome outcome) {
        asker.accept(outcome);
    }

    @Override
    public void answerStop(Consumer<String> asker, String failure) {
        asker.accept(failure);
    }

    @Override
    public void note(String service, String text) {}
}
