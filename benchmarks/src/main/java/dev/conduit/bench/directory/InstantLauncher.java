package dev.conduit.bench.directory;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Starts nothing, and notes when it was told to. */
final class InstantLauncher implements Launcher, LauncherProvider {

    static final String KIND = "instant";

    private final Map<String, Long> called = new ConcurrentHashMap<>();

    /** When a guest was last to be started, by {@link System#nanoTime}. */
    long calledAt(String name) {
        return called.get(name);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Launcher open(Platform platform) {
        return this;
    }

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        return List.of();
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) {
        called.put(guest.name(), System.nanoTime());
        return -1;
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) {}

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) {
        return guests.stream().collect(Collectors.toMap(GuestSpec::name,
                guest -> called.containsKey(guest.name()) ? GuestState.RUNNING : GuestState.OFF));
    }

    @Override
    public void close() {}
}
