package dev.conduit.rendezvous.launch.xl;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.support.Program;

/** Starts Xen guests with {@code xl}, found on the PATH or where administrators' programs are. */
public final class XlLauncherProvider implements LauncherProvider {

    /** For the service loader. */
    public XlLauncherProvider() {
    }

    @Override
    public String kind() {
        return "xl";
    }

    @Override
    public Launcher open(Platform platform) throws LaunchException {
        return open(Program.systemFolders());
    }

    static Launcher open(String folders) throws LaunchException {
        Program program = Program.find("xl", folders);
        if (program == null) {
            throw new LaunchException("launcher xl: there is no program 'xl' in " + folders
                    + ": on Debian, in dom0: apt-get install xen-utils-common");
        }
        return new XlLauncher(new Xl(program));
    }
}
