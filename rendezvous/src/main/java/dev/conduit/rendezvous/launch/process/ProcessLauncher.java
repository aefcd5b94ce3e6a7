package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.launch.support.Settings;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands as domains of the local platform. They do not depend on this JVM; records tell the next one of them. */
final class ProcessLauncher implements Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessLauncher.class);
    private static final long LOG_BOUND = 8 << 20;
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);

    private final LocalDirectory directory;
    private final ProcessRecords records;
    private final ProcessStarter starter;
    private final LogKeeper logs;
    private final Map<String, ProcessRecord> known = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();
    private volatile boolean closed;

    ProcessLauncher(LocalDirectory directory, Path folder, ControlGroups groups) throws LaunchException {
        this(directory, folder, groups, LOG_BOUND);
    }

    ProcessLauncher(LocalDirectory directory, Path folder, ControlGroups groups, long logBound) throws LaunchException {
        this.directory = directory;
        records = ProcessRecords.open(folder);
        starter = new ProcessStarter(directory, records, groups);
        boolean done = false;
        try {
            records.all().forEach(record -> known.put(record.name(), record));
            done = true;
        } finally {
            if (!done) {
                records.close();
            }
        }
        logs = new LogKeeper(() -> known.values().stream().map(record -> Path.of(record.log())).toList(), logBound);
        if (groups.parent() == null) {
            LOG.info("memory limits hold for each process of a guest alone (RLIMIT_DATA), not for all together: {}",
                    groups.missing());
        }
    }

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        Settings settings = Settings.of(guest);
        ProcessSettings.read(guest, settings);
        return settings.end();
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException {
        Settings settings = Settings.of(guest);
        ProcessSettings right = ProcessSettings.read(guest, settings);
        settings.require(guest);
        Deadline limit = Deadline.after(timeout);
        synchronized (lockOf(guest)) {
            requireOpen();
            ProcessRecord record = known.get(guest.name());
            if (record != null && record.stat().isPresent()) {
                if (state(record) == GuestState.PAUSED) {
                    new ProcessTree(record.pid(), record.startTicks()).thaw();
                }
                return domain(record);
            }
            if (record != null) {
                forget(record);
            }
            ProcessRecord started = starter.start(guest, right, limit);
            known.put(guest.name(), started);
            return started.domain();
        }
    }

    /** Two calls for one guest wait for each other. */
    private Object lockOf(GuestSpec guest) {
        return locks.computeIfAbsent(guest.name(), name -> new Object());
    }

    private int domain(ProcessRecord record) {
        try {
            // After a restart of the host its number may be another domain's.
            return record.host() == ProcessStarter.hostProcess(directory) ? record.domain() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) throws LaunchException, InterruptedException {
        Deadline limit = Deadline.after(timeout);
        synchronized (lockOf(guest)) {
            requireOpen();
            ProcessRecord record = known.get(guest.name());
            if (record == null) {
                return;
            }
            ProcessTree tree = new ProcessTree(record.pid(), record.startTicks());
            if (mode == StopMode.SUSPEND && record.stat().isPresent()) {
                freeze(guest, tree, limit);
                return;
            }
            if (mode == StopMode.SHUTDOWN) {
                tree.terminate();
                if (!tree.awaitEnd(limit)) {
                    LOG.info("guest {} did not end within {} ms and is killed", guest.name(), timeout.toMillis());
                }
            }
            forget(record);
        }
    }

    private static void freeze(GuestSpec guest, ProcessTree tree, Deadline limit)
            throws LaunchException, InterruptedException {
        boolean frozen = false;
        try {
            frozen = tree.freeze(limit);
        } finally {
            if (!frozen) {
                tree.thaw();
            }
        }
        if (!frozen) {
            throw new LaunchException("guest " + guest.name() + " could not be stopped (SIGSTOP) within "
                    + limit.whole().toMillis() + " ms and goes on");
        }
    }

    /** Ends whatever is left of it. */
    private void forget(ProcessRecord record) throws LaunchException, InterruptedException {
        if (record.group() != null) {
            ControlGroups.kill(record.group());
        }
        if (!new ProcessTree(record.pid(), record.startTicks()).kill(Deadline.after(KILL_TIMEOUT))) {
            throw new LaunchException("guest " + record.name() + ": processes of session " + record.pid()
                    + " are still there " + KILL_TIMEOUT.toSeconds() + " s after SIGKILL");
        }
        if (record.group() != null) {
            ControlGroups.remove(record.group());
        }
        records.delete(record.name());
        known.remove(record.name());
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException {
        requireOpen();
        Map<String, GuestState> states = new HashMap<>();
        for (GuestSpec guest : guests) {
            ProcessRecord record = known.get(guest.name());
            states.put(guest.name(), record == null ? GuestState.OFF : state(record));
        }
        return states;
    }

    private static GuestState state(ProcessRecord record) {
        return record.stat().map(stat -> stat.state() == 'T' ? GuestState.PAUSED : GuestState.RUNNING)
                .orElse(GuestState.OFF);
    }

    private void requireOpen() throws LaunchException {
        if (closed) {
            throw new LaunchException("the launcher process is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        logs.close();
        records.close();
    }
}
