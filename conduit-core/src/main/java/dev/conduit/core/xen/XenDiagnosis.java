package dev.conduit.core.xen;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.core.xen.device.XenDevice;
import dev.conduit.xenstore.XenStoreAdministration;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Looks at what Xen offers this Linux: devices, rights and limits, each with the command that helps. */
public final class XenDiagnosis {

    private final Posix posix;
    private final Path root;
    private final XenPlatform.XenStoreConnector connector;
    private final XenSystem system;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * One thing that was looked at.
     *
     * @param thing for example {@code xen device evtchn}
     * @param ok whether it is as it should be
     * @param detail what to know about it; when it is not, what to do
     */
    public record Finding(String thing, boolean ok, String detail) {
    }

    XenDiagnosis(Posix posix, Path root, XenPlatform.XenStoreConnector connector) {
        this.posix = posix;
        this.root = root;
        this.connector = connector;
        this.system = new XenSystem(posix, root);
    }

    /**
     * Looks at this machine. Opens the platform for a moment when it can be opened.
     *
     * @return what was found, outside Xen too; empty when there are no native calls
     */
    public static List<Finding> look() {
        return PosixLoader.unavailable() != null ? List.of()
                : new XenDiagnosis(PosixLoader.posix(), Path.of("/"), XenStoreClients::connect).run();
    }

    List<Finding> run() {
        boolean xen = system.isXen();
        add("xen", xen, xen ? system.description() : system.path(XenSystem.TYPE) + " does not say xen");
        for (XenDevice device : XenDevice.values()) {
            String fault = system.fault(device);
            String needed = device == XenDevice.PRIVCMD ? "; only the tools of dom0 need it" : "";
            add("xen device " + device.name().toLowerCase(Locale.ROOT), fault == null,
                    (fault == null ? device.path(root).toString() : fault) + needed);
        }
        if (xen) {
            files();
            new XenLimits(system).report(this::add);
            if (system.unavailable() == null) {
                domain();
            }
        }
        return List.copyOf(findings);
    }

    private void add(String thing, boolean ok, String detail) {
        findings.add(new Finding(thing, ok, detail));
    }

    private void files() {
        boolean mounted = system.text(XenSystem.CAPABILITIES).isPresent();
        add("xen files", mounted, mounted ? system.path("proc/xen") + " is mounted" : system.path("proc/xen")
                + " is not mounted; only the tools of dom0 need it: sudo mount -t xenfs none /proc/xen");
    }

    private void domain() {
        try (XenPlatform platform = XenPlatform.open(posix, root, connector)) {
            try (EventPort port = platform.events().allocateUnbound(DomainId.DOM0)) {
                add("xen domain", true, "domain " + platform.self() + "; event port " + port.number()
                        + " was given and closed");
            }
            add("xenstore quotas", true, quotas(platform.xenStore()));
        } catch (PlatformException e) {
            add("xen domain", false, e.getMessage());
        }
    }

    private static String quotas(XenStoreClient xenStore) {
        try {
            XenStoreAdministration administration = xenStore.administration();
            StringJoiner quotas = new StringJoiner(", ");
            for (String name : administration.quotas()) {
                quotas.add(name + " " + administration.quota(name));
            }
            return quotas.toString();
        } catch (XenStoreException e) {
            return "not told by this server (" + e.error() + "); a guest may usually have 1000 nodes of 2048 bytes,"
                    + " 128 watches and 10 transactions; in dom0: xenstored --help";
        }
    }
}
