package dev.conduit.rendezvous.launch.xapi;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;

/** Starts virtual machines of XenServer and XCP-ng pools, by the XenAPI over JSON-RPC 2.0. */
public final class XapiLauncherProvider implements LauncherProvider {

    /** For the service loader. */
    public XapiLauncherProvider() {
    }

    @Override
    public String kind() {
        return "xapi";
    }

    @Override
    public Launcher open(Platform platform) {
        return new XapiLauncher();
    }
}
