package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.engine.Ask;
import dev.conduit.rendezvous.directory.engine.Engine;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.directory.service.StartRecord;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.xenstore.XenStoreClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boots services when they are asked for, one boot however many ask, and stops them when nobody uses them. The states and
 * rules are in docs/directory.md.
 *
 * <p>Thread-safe. No method but {@link #open}, {@link #configure} and {@link #close} blocks. A service that sleeps costs
 * some hundred bytes, and no thread, process or descriptor.
 */
public final class Directory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
    private static final long CLOSE_MILLIS = 5_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    private final ReentrantLock lock = new ReentrantLock();
    private final Engine engine;
    private final Machinery machinery;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, Workers.named("jitsud-clock"));
    private final Observer observer;
    private final long origin = System.nanoTime();
    /** Answers, which run others' code: after the lock is released. */
    private final Queue<Runnable> answers = new ArrayDeque<>();
    private final Map<String, Supplier<Map<String, Long>>> counters = new ConcurrentSkipListMap<>();
    private ScheduledFuture<?> tick;
    private long tickAt = Long.MAX_VALUE;
    private volatile Configuration configuration;
    private boolean closed;

    /**
     * What a directory works with.
     *
     * @param launchers start the guests; stay open for as long as the directory is
     * @param store with the rights of domain 0; stays open for as long as the directory is
     * @param front answers for sleeping services
     * @param meter tells whether guests are used
     * @param notes gets a line {@code service: what happened} for each step, on any thread; must not block or call back
     */
    public record Tools(
            Launchers launchers, XenStoreClient store, Front front, TrafficMeter meter, Consumer<String> notes) {}

    private Directory(Tools tools) {
        clock.setRemoveOnCancelPolicy(true);
        Workers.dropLate(clock);
        machinery = new Machinery(this, tools, clock, answers);
        engine = new Engine(Instant.now(), machinery);
        observer = new Observer(this, tools);
    }

    /**
     * Opens a directory: finds out what runs, which is adopted, and begins.
     *
     * @param configuration the services
     * @param tools what it works with
     * @return the directory
     * @throws InterruptedException when the thread is interrupted
     */
    public static Directory open(Configuration configuration, Tools tools) throws InterruptedException {
        Directory directory = new Directory(tools);
        boolean done = false;
        try {
            directory.configure(configuration);
            directory.observer.start();
            done = true;
            return directory;
        } finally {
            if (!done) {
                directory.close();
            }
        }
    }

    /**
     * Asks for a service, and boots it if it sleeps. Never blocks; the answer comes on any thread, which what depends on
     * it must not block: at once when the service is ready, and when patience is over at the latest.
     *
     * @param name a service's name, or one of its DNS names in any case, with a dot at the end or without
     * @param cause how it was asked for
     * @param asker who asks, for the record, and for fairness: the boots of one asker take turns with those of others
     * @param patience how long the asker waits
     * @return the answer, which is never an exception
     */
    public CompletionStage<Outcome> ask(String name, Cause cause, String asker, Duration patience) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        Duration bounded = patience.compareTo(LONGEST) > 0 ? LONGEST : patience;
        run(now -> engine.ask(now, name, new Ask(cause, asker, now + bounded.toNanos(), answer::complete)));
        return answer;
    }

    /**
     * Drains and stops a service that is not asleep. It starts again when it is asked for, or at once when it is kept up in
     * advance.
     *
     * @param name the service
     * @return empty once it is off, else why it could not be stopped
     */
    public CompletionStage<Optional<String>> stop(String name) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        run(now -> engine.stop(now, name,
                failure -> answer.complete(failure.isEmpty() ? Optional.empty() : Optional.of(failure))));
        return answer;
    }

    /**
     * Takes another configuration. Services that are new are looked for first, and adopted when they run; those that are
     * gone are drained and stopped; for those that changed, what concerns their guest counts from its next start.
     *
     * @param changed the configuration
     * @throws InterruptedException when the thread is interrupted; the old configuration stays
     */
    public void configure(Configuration changed) throws InterruptedException {
        Configuration old = configuration;
        List<ServiceSettings> added = old == null ? changed.services() : changed.services().stream()
                .filter(service -> !call(now -> engine.has(service.name()))).toList();
        Map<String, GuestState> states = observer.find(added);
        machinery.boots(changed.limits().boots());
        run(now -> {
            configuration = changed;
            engine.configure(now, changed, states);
        });
    }

    /**
     * Returns what holds now.
     *
     * @return the configuration
     */
    public Configuration configuration() {
        return configuration;
    }

    /**
     * Finds a service without starting it.
     *
     * @param name a service's name or one of its DNS names
     * @return its settings, or nothing
     */
    public Optional<ServiceSettings> find(String name) {
        return call(now -> engine.find(name));
    }

    /**
     * Tells how all services are.
     *
     * @return one for each, in the order of the configuration
     */
    public List<ServiceStatus> statuses() {
        return call(engine::statuses);
    }

    /**
     * Tells how the latest starts went.
     *
     * @param service of which; of all when empty
     * @param most how many
     * @return the newest last
     */
    public List<StartRecord> timeline(Optional<String> service, int most) {
        return call(now -> engine.timeline(service, most));
    }

    /**
     * Tells what happened since the directory came: {@code directory.} and {@code asks}, {@code starts}, {@code failures}
     * of starts and of guests; and how it is now: {@code services}, {@code waiting} askers, {@code booting} services,
     * {@code memory} in bytes. What was added by {@link #addCounters} comes after it.
     *
     * @return counters by their names
     */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        call(now -> engine.counters()).forEach((name, value) -> all.put("directory." + name, value));
        counters.forEach((part, source) -> source.get().forEach((name, value) -> all.put(part + "." + name, value)));
        return all;
    }

    /**
     * Adds the counters of a part that works for this directory, such as its DNS.
     *
     * @param part what their names begin with, before a point
     * @param source read whenever somebody asks; on any thread, and must not block
     */
    public void addCounters(String part, Supplier<Map<String, Long>> source) {
        counters.put(part, source);
    }

    /**
     * Ends. Whoever waits is told so; boots that go on may finish for up to 5 s and are then taken back; guests stay as
     * they are, and the next directory adopts them. Idempotent.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        run(now -> engine.close());
        observer.close();
        machinery.close(CLOSE_MILLIS);
        Workers.close(clock, CLOSE_MILLIS);
    }

    void sampleSoon() {
        observer.sampleSoon();
    }

    Engine engine() {
        return engine;
    }

    /** Now, as the engine counts. */
    long now() {
        return System.nanoTime() - origin;
    }

    /** One event, with the time. */
    void run(Consumer<Long> event) {
        call(now -> {
            event.accept(now);
            return null;
        });
    }

    <T> T call(Function<Long, T> event) {
        T result;
        List<Runnable> ready;
        lock.lock();
        try {
            result = event.apply(now());
            ready = List.copyOf(answers);
            answers.clear();
            schedule();
        } finally {
            lock.unlock();
        }
        for (Runnable answer : ready) {
            try {
                answer.run();
            } catch (RuntimeException foreign) {
                LOG.error("an asker failed on its answer: {}", foreign.toString(), foreign);
            }
        }
        return result;
    }

    private void schedule() {
        long next = engine.nextTimer();
        if (next < tickAt) {
            if (tick != null) {
                tick.cancel(false);
            }
            tickAt = next;
            tick = clock.schedule(this::tick, Math.max(0, next - now()), TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        run(now -> {
            tickAt = Long.MAX_VALUE;
            engine.tick(now);
        });
    }
}
