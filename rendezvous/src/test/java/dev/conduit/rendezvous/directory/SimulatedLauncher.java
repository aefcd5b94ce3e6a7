package dev.conduit.rendezvous.directory;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** A toolstack in memory: guests that are only a state and a domain. */
public final class SimulatedLauncher implements Launcher, LauncherProvider {

    /** What a guest does when it is started: gives its domain. */
    public interface Boot {
        int run(GuestSpec guest) throws LaunchException, InterruptedException;
    }

    public final Map<String, GuestState> states = new ConcurrentHashMap<>();
    public final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    public volatile Boot boot = guest -> -1;
    public volatile boolean silent;

    SimulatedLauncher() {}

    @Override
    public String kind() {
        return "simulated";
    }

    @Override
    public Launcher open(Platform platform) {
        return this;
    }

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        return guest.settings().keySet().stream().filter(key -> !key.equals("memory"))
                .map(key -> new SettingsProblem(key, "unknown key '" + key + "'")).toList();
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException {
        calls.add("start " + guest.name());
        int domain = boot.run(guest);
        states.put(guest.name(), GuestState.RUNNING);
        return domain;
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) {
        calls.add("stop " + guest.name() + " " + mode);
        states.put(guest.name(), GuestState.OFF);
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException {
        if (silent) {
            throw new LaunchException("the simulated toolstack does not answer");
        }
        return guests.stream().map(GuestSpec::name)
                .collect(Collectors.toMap(name -> name, name -> states.getOrDefault(name, GuestState.OFF)));
    }

    @Override
    public void close() {}
}
