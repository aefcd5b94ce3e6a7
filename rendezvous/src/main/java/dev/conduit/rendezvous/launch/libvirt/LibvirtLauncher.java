package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Settings;
import dev.conduit.rendezvous.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Guests by libvirt, with a connection to each hypervisor that a guest names. */
final class LibvirtLauncher implements Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtLauncher.class);
    /** For questions, and for ending what was asked to end: whatever is left of the caller's time. */
    private static final Duration SHORT = Duration.ofSeconds(30);
    /** virConnectListAllDomainsFlags of libvirt-domain.h. */
    private static final int LIST_ALL = 0;
    private static final int LIST_WITH_MANAGED_SAVE = 1 << 8;

    private final Map<String, Hypervisor> hypervisors = new ConcurrentHashMap<>();
    private volatile boolean closed;

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        Settings settings = Settings.of(guest);
        LibvirtSettings.read(guest, settings);
        return settings.end();
    }

    private LibvirtSettings settings(GuestSpec guest) throws LaunchException {
        if (closed) {
            throw new LaunchException("the launcher libvirt is closed");
        }
        Settings settings = Settings.of(guest);
        LibvirtSettings right = LibvirtSettings.read(guest, settings);
        settings.require(guest);
        return right;
    }

    Hypervisor hypervisor(String uri) {
        return hypervisors.computeIfAbsent(uri, Hypervisor::new);
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException {
        LibvirtSettings settings = settings(guest);
        Hypervisor hypervisor = hypervisor(settings.uri());
        String what = "guest " + guest.name() + " was not started";
        Deadline limit = Deadline.after(timeout);
        boolean ran = hypervisor.call(what, limit, connection -> isActive(connection, settings));
        boolean done = false;
        try {
            int domain = hypervisor.call(what, limit, connection -> {
                try (LibvirtDomain found = LibvirtDomain.get(connection, settings)) {
                    found.start();
                    return settings.isXenHere() ? found.id() : -1;
                }
            });
            done = true;
            return domain;
        } finally {
            if (!done && !ran) {
                takeBack(guest, settings);
            }
        }
    }

    private static boolean isActive(Connect connection, LibvirtSettings settings) throws LibvirtException {
        try (LibvirtDomain found = LibvirtDomain.find(connection, settings.domain())) {
            return found != null && found.isActive();
        }
    }

    /** A start that was given up may still be carried out. Memory it was to go on from stays. */
    private void takeBack(GuestSpec guest, LibvirtSettings settings) {
        boolean interrupted = Thread.interrupted();
        try {
            hypervisor(settings.uri()).call("guest " + guest.name(), Deadline.after(SHORT), connection -> {
                try (LibvirtDomain found = LibvirtDomain.find(connection, settings.domain())) {
                    if (found != null && found.isActive()) {
                        found.destroy();
                    }
                    return null;
                }
            });
        } catch (LaunchException e) {
            LOG.warn("what a failed start left could not be taken back: {}", OneLine.of(e));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to do with a domain, if it exists. */
    @FunctionalInterface
    private interface Action {
        void run(LibvirtDomain domain) throws LibvirtException;
    }

    private void tell(GuestSpec guest, LibvirtSettings settings, Deadline limit, Action action)
            throws LaunchException, InterruptedException {
        hypervisor(settings.uri()).call("guest " + guest.name() + " was not stopped", limit, connection -> {
            try (LibvirtDomain found = LibvirtDomain.find(connection, settings.domain())) {
                if (found != null) {
                    action.run(found);
                }
                return null;
            }
        });
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) throws LaunchException, InterruptedException {
        LibvirtSettings settings = settings(guest);
        Deadline limit = Deadline.after(timeout);
        switch (mode) {
            case SUSPEND -> tell(guest, settings, limit, LibvirtDomain::suspend);
            case DESTROY -> tell(guest, settings, limit, LibvirtDomain::destroy);
            case SHUTDOWN -> {
                shutDown(guest, settings, limit);
                tell(guest, settings, Deadline.after(SHORT), LibvirtDomain::destroy);
            }
        }
    }

    private void shutDown(GuestSpec guest, LibvirtSettings settings, Deadline limit)
            throws LaunchException, InterruptedException {
        try {
            tell(guest, settings, limit, LibvirtDomain::shutDown);
            Hypervisor hypervisor = hypervisor(settings.uri());
            if (!limit.await(() -> !hypervisor.call("guest " + guest.name(), Deadline.after(SHORT),
                    connection -> isActive(connection, settings)))) {
                LOG.info("guest {} did not go down within {} ms and is destroyed", guest.name(),
                        limit.whole().toMillis());
            }
        } catch (LaunchException e) {
            LOG.info("guest {} cannot be asked to go down and is destroyed: {}", guest.name(), OneLine.of(e));
        }
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException, InterruptedException {
        Map<String, Map<String, String>> domainsByUri = new HashMap<>();
        for (GuestSpec guest : guests) {
            LibvirtSettings settings = settings(guest);
            domainsByUri.computeIfAbsent(settings.uri(), uri -> new HashMap<>()).put(guest.name(), settings.domain());
        }
        Map<String, GuestState> states = new HashMap<>();
        for (Map.Entry<String, Map<String, String>> each : domainsByUri.entrySet()) {
            Set<String> domains = new HashSet<>(each.getValue().values());
            Map<String, GuestState> found = hypervisor(each.getKey()).call("states", Deadline.after(SHORT),
                    connection -> list(connection, domains));
            each.getValue().forEach((guest, domain) -> states.put(guest, found.getOrDefault(domain, GuestState.OFF)));
        }
        return states;
    }

    /** Two lists tell who is off and who is saved; only of those that have a processor the exact state is asked. */
    private static Map<String, GuestState> list(Connect connection, Set<String> wanted) throws LibvirtException {
        Map<String, GuestState> states = new HashMap<>();
        for (Domain domain : connection.listAllDomains(LIST_WITH_MANAGED_SAVE)) {
            states.put(domain.getName(), GuestState.SUSPENDED);
            domain.free();
        }
        for (Domain domain : connection.listAllDomains(LIST_ALL)) {
            String name = domain.getName();
            if (wanted.contains(name) && domain.getID() >= 0) {
                states.put(name, LibvirtDomain.map(domain.getInfo().state));
            }
            domain.free();
        }
        return states;
    }

    @Override
    public void close() {
        closed = true;
        hypervisors.values().forEach(Hypervisor::close);
    }
}
