package dev.conduit.rendezvous.launch;

import dev.conduit.core.Platform;

/** Makes launchers of one kind; found by {@link java.util.ServiceLoader}. */
public interface LauncherProvider {

    /**
     * Names the kind, as a configuration does.
     *
     * @return {@code process}, {@code xl}, {@code libvirt}, {@code xapi}, or another word
     */
    String kind();

    /**
     * Makes a launcher. Nothing is asked of the toolstack yet.
     *
     * @param platform the host's platform, in domain 0; stays open for as long as the launcher is
     * @return the launcher
     * @throws LaunchException when this host cannot have one, with the reason and what to do
     */
    Launcher open(Platform platform) throws LaunchException;
}
