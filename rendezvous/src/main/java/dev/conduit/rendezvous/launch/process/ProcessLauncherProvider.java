package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;

/** Starts commands as domains of the local platform; what it knows of them is in {@code launched}, in the host's folder. */
public final class ProcessLauncherProvider implements LauncherProvider {

    private static final String FOLDER = "launched";

    /** For the service loader. */
    public ProcessLauncherProvider() {
    }

    @Override
    public String kind() {
        return "process";
    }

    @Override
    public Launcher open(Platform platform) throws LaunchException {
        if (!(platform instanceof LocalPlatform local)) {
            throw new LaunchException("launcher process: its guests are domains of the local platform, and this is the"
                    + " platform " + platform.name() + ": take xl, libvirt or xapi, or set CONDUIT_PLATFORM=local");
        }
        return new ProcessLauncher(local.directory(), local.directory().path().resolve(FOLDER),
                ControlGroups.ofThisProcess());
    }
}
