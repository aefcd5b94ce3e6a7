package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.engine.Effects;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the engine wants. Called with the directory's lock held, so nothing here blocks: others' threads do. */
final class Machinery implements Effects {

    private static final Logger LOG = LoggerFactory.getLogger(Machinery.class);
    /** Guests that go down side by side; each may take until its time-out. */
    private static final int STOPS = 16;
    private static final int WATCHES = 4;

    private final Directory directory;
    private final Directory.Tools tools;
    private final Queue<Runnable> answers;
    private final ReadinessWatch readiness;
    private final ThreadPoolExecutor starts = Workers.pool("jitsud-start", 1);
    private final ThreadPoolExecutor stops = Workers.pool("jitsud-stop", STOPS);
    private final ThreadPoolExecutor watches = Workers.pool("jitsud-ready", WATCHES);
    private final ThreadPoolExecutor front = Workers.pool("jitsud-front", 1);

    Machinery(Directory directory, Directory.Tools tools, ScheduledExecutorService clock, Queue<Runnable> answers) {
        this.directory = directory;
        this.tools = tools;
        this.answers = answers;
        this.readiness = new ReadinessWatch(tools.store(), clock);
    }

    /** As many threads as boots may go on. */
    void boots(int most) {
        if (most > starts.getMaximumPoolSize()) {
            starts.setMaximumPoolSize(most);
            starts.setCorePoolSize(most);
        } else {
            starts.setCorePoolSize(most);
            starts.setMaximumPoolSize(most);
        }
    }

    @Override
    public void start(ServiceSettings service, long ticket) {
        String name = service.name();
        starts.execute(() -> {
            try {
                int domain = tools.launchers().launcher(service.launcher())
                        .start(service.guest(), service.times().start());
                directory.run(now -> directory.engine().started(now, name, ticket, domain));
            } catch (LaunchException | RuntimeException failed) {
                directory.run(now -> directory.engine().startFailed(now, name, ticket, text(failed)));
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void stop(ServiceSettings service, long ticket, StopMode mode, Duration timeout) {
        String name = service.name();
        stops.execute(() -> {
            try {
                tools.launchers().launcher(service.launcher()).stop(service.guest(), mode, timeout);
                directory.run(now -> directory.engine().stopped(now, name, ticket));
            } catch (LaunchException | RuntimeException failed) {
                directory.run(now -> directory.engine().stopFailed(now, name, ticket, text(failed)));
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static String text(Exception failed) {
        if (failed instanceof RuntimeException) {
            LOG.error("a launcher failed: {}", failed.toString(), failed);
        }
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }

    @Override
    public void awaitReady(ServiceSettings service, long ticket, int domain) {
        String name = service.name();
        toFront(service, () -> tools.front().started(service, domain));
        watches.execute(readiness.prepare(ticket, service.ready(), domain, new ReadinessWatch.Listener() {
            @Override
            public void ready() {
                readiness.forget(ticket);
                directory.run(now -> directory.engine().ready(now, name, ticket));
            }

            @Override
            public void never(String why) {
                directory.run(now -> directory.engine().unready(now, name, ticket, why));
            }

            @Override
            public void kernelUp() {
                directory.run(now -> directory.engine().kernelUp(now, name, ticket));
            }
        }));
    }

    @Override
    public void forgetReady(ServiceSettings service, long ticket) {
        // Ending a watch is an exchange with XenStore.
        watches.execute(() -> readiness.forget(ticket));
    }

    @Override
    public void sample(ServiceSettings service, long ticket) {
        directory.sampleSoon();
    }

    @Override
    public boolean frontHolds(ServiceSettings service) {
        return tools.front().holds(service);
    }

    @Override
    public void arm(ServiceSettings service) {
        toFront(service, () -> tools.front().arm(service));
    }

    @Override
    public void handOver(ServiceSettings service) {
        toFront(service, () -> tools.front().handOver(service));
    }

    @Override
    public void disarm(ServiceSettings service) {
        toFront(service, () -> tools.front().disarm(service));
    }

    private void toFront(ServiceSettings service, Runnable call) {
        if (tools.front() != Front.NONE) {
            front.execute(() -> {
                try {
                    call.run();
                } catch (RuntimeException failed) {
                    LOG.error("the front failed for '{}': {}", service.name(), failed.toString(), failed);
                }
            });
        }
    }

    @Override
    public void answer(Consumer<Outcome> asker, Outcome outcome) {
        answers.add(() -> asker.accept(outcome));
    }

    @Override
    public void answerStop(Consumer<String> asker, String failure) {
        answers.add(() -> asker.accept(failure));
    }

    @Override
    public void note(String service, String text) {
        tools.notes().accept(service + ": " + text);
    }

    void close(long patienceMillis) {
        List<ThreadPoolExecutor> pools = List.of(starts, stops, watches, front);
        pools.forEach(ThreadPoolExecutor::shutdown);
        pools.forEach(pool -> Workers.close(pool, patienceMillis));
    }
}
