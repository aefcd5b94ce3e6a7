package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;

/** Starts guests with libvirt, by its Java binding (org.libvirt:libvirt, an optional dependency) and its C library. */
public final class LibvirtLauncherProvider implements LauncherProvider {

    /** For the service loader. */
    public LibvirtLauncherProvider() {
    }

    @Override
    public String kind() {
        return "libvirt";
    }

    @Override
    public Launcher open(Platform platform) throws LaunchException {
        try {
            Hypervisor.load();
            return new LibvirtLauncher();
        } catch (LinkageError e) {
            throw unavailable(e);
        }
    }

    /** The binding's classes are missing, or they do not find the C library. */
    static LaunchException unavailable(LinkageError error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof NoClassDefFoundError && message.startsWith("org/libvirt/")) {
            return new LaunchException("launcher libvirt: the Java binding is not on the class path:"
                    + " add org.libvirt:libvirt", error);
        }
        return new LaunchException("launcher libvirt: the library libvirt.so.0 cannot be loaded: on Debian, apt-get"
                + " install libvirt0", error);
    }
}
