package dev.conduit.bench.synjitsu;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Boots the one guest, which is a JVM that is there already and waits for as long as a boot is to take. */
final class GuestLauncher implements Launcher, LauncherProvider {

    static final String KIND = "bench";

    private final Helper guest;
    private final int domain;
    private volatile String boot;
    private volatile boolean running;

    GuestLauncher(Helper guest, int domain) {
        this.guest = guest;
        this.domain = domain;
    }

    /** How the next boots are to go: what {@link GuestMain} is told. */
    void boot(String how) {
        boot = how;
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
    public List<SettingsProblem> check(GuestSpec spec) {
        return List.of();
    }

    @Override
    public int start(GuestSpec spec, Duration timeout) throws LaunchException {
        try {
            guest.tell(boot);
            running = true;
            return domain;
        } catch (IOException gone) {
            throw new LaunchException(gone.getMessage(), gone);
        }
    }

    @Override
    public void stop(GuestSpec spec, StopMode mode, Duration timeout) throws LaunchException {
        try {
            String said = guest.ask("off");
            if (!said.equals("off")) {
                throw new LaunchException("the guest said: " + said);
            }
            running = false;
        } catch (IOException gone) {
            throw new LaunchException(gone.getMessage(), gone);
        }
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) {
        return guests.stream().collect(Collectors.toMap(GuestSpec::name,
                each -> running ? GuestState.RUNNING : GuestState.OFF));
    }

    @Override
    public void close() {}
}
