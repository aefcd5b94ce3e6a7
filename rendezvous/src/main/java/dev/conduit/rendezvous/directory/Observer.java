package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.engine.Engine;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the guests: at their traffic once a second, at whether they live every five seconds and whenever XenStore says
 * that a domain is gone. One thread; with every guest asleep it asks nobody anything.
 */
final class Observer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);
    private static final long SAMPLE_MILLIS = 1000;
    private static final long SWEEP_MILLIS = 5000;
    private static final long CLOSE_MILLIS = 1000;

    private final Directory directory;
    private final Directory.Tools tools;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Workers.named("jitsud-observer"));
    private final AtomicBoolean sweepWanted = new AtomicBoolean();
    private final AtomicBoolean sampleWanted = new AtomicBoolean();
    /** Their toolstack did not answer when they were new. */
    private final Map<String, ServiceSettings> unseen = new LinkedHashMap<>();
    private XenStoreClient.Watch deaths;

    Observer(Directory directory, Directory.Tools tools) {
        this.directory = directory;
        this.tools = tools;
        Workers.dropLate(thread);
    }

    void start() {
        try {
            deaths = tools.store().watch("@releaseDomain", path -> once(sweepWanted, this::sweep));
        } catch (XenStoreException refused) {
            LOG.warn("ends of guests are noticed within {} ms: {}", SWEEP_MILLIS, refused.getMessage());
        }
        thread.scheduleWithFixedDelay(() -> guarded(this::sample), SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        thread.scheduleWithFixedDelay(() -> guarded(this::sweep), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    void sampleSoon() {
        once(sampleWanted, this::sample);
    }

    /** However often it is wanted, one waits to be done. */
    private void once(AtomicBoolean wanted, Task task) {
        if (!wanted.getAndSet(true)) {
            thread.execute(() -> {
                wanted.set(false);
                guarded(task);
            });
        }
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private static void guarded(Task task) {
        try {
            task.run();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("a look at the guests failed, the next one follows: {}", bug.toString(), bug);
        }
    }

    /** The states of services that are new; those whose toolstack does not answer are looked for later. */
    Map<String, GuestState> find(List<ServiceSettings> services) throws InterruptedException {
        Map<String, GuestState> states = new HashMap<>();
        for (List<ServiceSettings> group : byLauncher(services)) {
            Map<String, GuestState> seen = states(group);
            states.putAll(seen);
            synchronized (unseen) {
                group.stream().filter(service -> !seen.containsKey(service.name()))
                        .forEach(service -> unseen.put(service.name(), service));
            }
        }
        return states;
    }

    private static Iterable<List<ServiceSettings>> byLauncher(List<ServiceSettings> services) {
        Map<String, List<ServiceSettings>> groups = new LinkedHashMap<>();
        services.forEach(service -> groups.computeIfAbsent(service.launcher(), kind -> new ArrayList<>()).add(service));
        return groups.values();
    }

    /** Of services with one launcher; empty when that does not answer. */
    private Map<String, GuestState> states(List<ServiceSettings> group) throws InterruptedException {
        List<GuestSpec> guests = group.stream().map(ServiceSettings::guest).toList();
        String launcher = group.get(0).launcher();
        try {
            return tools.launchers().launcher(launcher).states(guests);
        } catch (LaunchException silent) {
            LOG.warn("launcher {} cannot tell the states of its guests: {}", launcher, silent.getMessage());
            return Map.of();
        }
    }

    private void sweep() throws InterruptedException {
        List<ServiceSettings> missing;
        synchronized (unseen) {
            missing = List.copyOf(unseen.values());
            unseen.clear();
        }
        find(missing).forEach((name, state) -> directory.run(now -> directory.engine().found(now, name, state)));
        Map<String, Engine.Live> live = new LinkedHashMap<>();
        directory.call(now -> directory.engine().live()).forEach(guest -> live.put(guest.service().name(), guest));
        for (List<ServiceSettings> group : byLauncher(live.values().stream().map(Engine.Live::service).toList())) {
            Map<String, GuestState> states = states(group);
            group.stream().map(ServiceSettings::name).filter(states::containsKey).forEach(name -> directory.run(
                    now -> directory.engine().observed(now, name, live.get(name).ticket(), states.get(name))));
        }
    }

    private void sample() {
        List<Engine.Live> live = directory.call(now -> directory.engine().live()).stream()
                .filter(Engine.Live::idles).toList();
        if (live.isEmpty()) {
            return;
        }
        long begun = directory.now();
        try {
            Map<String, Integer> flows = Flows.count(tools.store());
            for (Engine.Live guest : live) {
                String name = guest.service().name();
                long bytes = tools.meter().bytes(guest.service(), guest.domain());
                directory.run(now -> directory.engine().sampled(
                        now, begun, name, guest.ticket(), flows.getOrDefault(name, 0), bytes));
            }
        } catch (XenStoreException refused) {
            LOG.warn("flows cannot be counted, so no service is stopped as idle: {}", refused.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        if (deaths != null) {
            deaths.close();
        }
        Workers.close(thread, CLOSE_MILLIS);
    }
}
