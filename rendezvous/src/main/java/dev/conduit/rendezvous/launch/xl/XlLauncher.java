package dev.conduit.rendezvous.launch.xl;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Settings;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Xen guests by {@code xl}. It holds nothing: each question is asked of xl, so guests started by others are seen too. */
final class XlLauncher implements Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(XlLauncher.class);
    /** For questions, and for taking back what was begun: whatever is left of the caller's time. */
    private static final Duration SHORT = Duration.ofSeconds(30);
    /** What xl says of a name that is taken. */
    private static final String EXISTS = "already exists";

    private final Xl xl;
    private volatile boolean closed;

    XlLauncher(Xl xl) {
        this.xl = xl;
    }

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        Settings settings = Settings.of(guest);
        XlSettings.read(settings);
        return settings.end();
    }

    private void requireOpen() throws LaunchException {
        if (closed) {
            throw new LaunchException("the launcher xl is closed");
        }
    }

    /** To look and to stop, only this is needed, also when something else is wrong. */
    private static SavedGuest saved(GuestSpec guest) {
        return new SavedGuest(XlSettings.read(Settings.of(guest)).save(), guest.name());
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException {
        requireOpen();
        Settings settings = Settings.of(guest);
        XlSettings right = XlSettings.read(settings);
        settings.require(guest);
        Deadline limit = Deadline.after(timeout);
        XlDomain domain = find(guest, limit);
        if (domain == null) {
            return create(guest, right, limit);
        }
        switch (domain.state()) {
            case PAUSED -> {
                // One that is still being built is paused as well, and must be left to whoever builds it.
                if (!limit.await(() -> xl.complete(SHORT).contains(domain.id()))) {
                    throw new LaunchException("guest " + guest.name() + " (domain " + domain.id()
                            + ") is still being built after " + timeout.toMillis() + " ms");
                }
                xl.tell("unpause", domain.id(), limit.left());
            }
            case STOPPING, CRASHED -> throw new LaunchException("guest " + guest.name() + " (domain " + domain.id()
                    + ") " + (domain.state() == GuestState.CRASHED ? "has crashed" : "is on its way down")
                    + ": it must be stopped before it can be started");
            default -> { }
        }
        return domain.id();
    }

    private int create(GuestSpec guest, XlSettings settings, Deadline limit)
            throws LaunchException, InterruptedException {
        SavedGuest saved = new SavedGuest(settings.save(), guest.name());
        if (saved.exists()) {
            restore(guest, saved, limit);
        } else {
            createFrom(guest, settings, limit);
        }
        XlDomain domain = find(guest, Deadline.after(SHORT));
        if (domain == null) {
            throw new LaunchException("guest " + guest.name() + " was created, and was gone at once");
        }
        return domain.id();
    }

    private void restore(GuestSpec guest, SavedGuest saved, Deadline limit)
            throws LaunchException, InterruptedException {
        Path file = saved.take();
        boolean done = false;
        try {
            xl.restore(file, limit.left());
            done = true;
        } finally {
            if (!done && takeBack(guest)) {
                saved.putBack();
            } else {
                saved.delete();
            }
        }
    }

    private void createFrom(GuestSpec guest, XlSettings settings, Deadline limit)
            throws LaunchException, InterruptedException {
        if (settings.config() != null) {
            create(guest, settings.config(), limit);
            return;
        }
        Path file = null;
        try {
            file = Files.createTempFile("conduit-" + guest.name() + "-", ".cfg");
            Files.write(file, settings.lines());
            create(guest, file, limit);
        } catch (LaunchException e) {
            throw e;
        } catch (IOException e) {
            throw new LaunchException("guest " + guest.name() + ": its configuration cannot be written: "
                    + OneLine.of(e), e);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    private void create(GuestSpec guest, Path config, Deadline limit) throws LaunchException, InterruptedException {
        boolean leave = false;
        try {
            xl.create(config, guest.name(), limit.left());
            leave = true;
        } catch (LaunchException e) {
            // Somebody else was quicker, perhaps an xl whose launcher was killed: it is not this one's to take back.
            leave = e.getMessage().contains(EXISTS);
            throw e;
        } finally {
            if (!leave) {
                takeBack(guest);
            }
        }
    }

    /** A command that failed or was cut off may have made the domain; true when that is gone, and never ran. */
    private boolean takeBack(GuestSpec guest) {
        boolean interrupted = Thread.interrupted();
        boolean neverRan = false;
        try {
            XlDomain left = find(guest, Deadline.after(SHORT));
            destroy(guest, Deadline.after(SHORT));
            neverRan = left == null || left.state() == GuestState.PAUSED;
        } catch (LaunchException e) {
            LOG.warn("guest {}: what a failed start left could not be taken back: {}", guest.name(), OneLine.of(e));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return neverRan;
    }

    private void destroy(GuestSpec guest, Deadline limit) throws LaunchException, InterruptedException {
        XlDomain domain = find(guest, limit);
        if (domain == null) {
            return;
        }
        try {
            xl.tell("destroy", domain.id(), limit.left());
        } catch (LaunchException e) {
            // It may have gone by itself meanwhile.
            if (find(guest, Deadline.after(SHORT)) != null) {
                throw e;
            }
        }
        if (!awaitGone(guest, limit)) {
            throw new LaunchException("guest " + guest.name() + " (domain " + domain.id() + ") is destroyed, and still there"
                    + " after " + limit.whole().toMillis() + " ms");
        }
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) throws LaunchException, InterruptedException {
        requireOpen();
        SavedGuest saved = saved(guest);
        Deadline limit = Deadline.after(timeout);
        XlDomain domain = find(guest, limit);
        boolean crashed = domain != null && domain.state() == GuestState.CRASHED;
        boolean alive = domain != null && !crashed && domain.state() != GuestState.STOPPING;
        if (alive && domain.state() == GuestState.PAUSED && mode != StopMode.DESTROY) {
            // It is asked, and has to answer.
            xl.tell("unpause", domain.id(), limit.left());
        }
        if (mode == StopMode.SUSPEND && !crashed) {
            if (alive) {
                save(guest, domain, saved, limit);
            }
            return;
        }
        if (mode == StopMode.SHUTDOWN && alive) {
            shutDown(guest, domain, limit);
        }
        destroy(guest, Deadline.after(mode == StopMode.DESTROY ? timeout : SHORT));
        saved.delete();
    }

    private void shutDown(GuestSpec guest, XlDomain domain, Deadline limit)
            throws LaunchException, InterruptedException {
        try {
            xl.tell("shutdown", domain.id(), limit.left());
            if (awaitGone(guest, limit)) {
                return;
            }
            LOG.info("guest {} did not go down within {} ms and is destroyed", guest.name(), limit.whole().toMillis());
        } catch (LaunchException e) {
            LOG.info("guest {} cannot be asked to go down and is destroyed: {}", guest.name(), OneLine.of(e));
        }
    }

    private void save(GuestSpec guest, XlDomain domain, SavedGuest saved, Deadline limit)
            throws LaunchException, InterruptedException {
        saved.delete();
        saved.prepare();
        boolean done = false;
        try {
            xl.save(domain.id(), saved.partial(), limit.left());
            saved.complete();
            done = true;
        } finally {
            if (!done) {
                saved.delete();
            }
        }
        if (!awaitGone(guest, Deadline.after(SHORT))) {
            throw new LaunchException("guest " + guest.name() + " is saved, and still there");
        }
    }

    private boolean awaitGone(GuestSpec guest, Deadline limit) throws LaunchException, InterruptedException {
        return limit.await(() -> find(guest, Deadline.after(SHORT)) == null);
    }

    /** Null when there is no such domain. */
    private XlDomain find(GuestSpec guest, Deadline limit) throws LaunchException, InterruptedException {
        return byName(xl.list(limit.left())).get(guest.name());
    }

    /** Xen lets no two live domains have one name, but one that dies may keep its own until the end. */
    private static Map<String, XlDomain> byName(List<XlDomain> domains) {
        Map<String, XlDomain> byName = new HashMap<>();
        for (XlDomain domain : domains) {
            byName.merge(domain.name(), domain,
                    (first, second) -> first.state() == GuestState.STOPPING ? second : first);
        }
        return byName;
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException, InterruptedException {
        requireOpen();
        Map<String, XlDomain> byName = byName(xl.list(SHORT));
        Map<String, GuestState> states = new HashMap<>();
        boolean paused = false;
        for (GuestSpec guest : guests) {
            XlDomain domain = byName.get(guest.name());
            GuestState state = domain != null ? domain.state()
                    : saved(guest).exists() ? GuestState.SUSPENDED : GuestState.OFF;
            states.put(guest.name(), state);
            paused |= state == GuestState.PAUSED;
        }
        if (paused) {
            Set<Integer> complete = xl.complete(SHORT);
            states.replaceAll((name, state) -> state == GuestState.PAUSED
                    && !complete.contains(byName.get(name).id()) ? GuestState.RUNNING : state);
        }
        return states;
    }

    @Override
    public void close() {
        closed = true;
    }
}
