package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.support.Settings;
import java.nio.file.Path;

/**
 * What a configuration says of a guest of this launcher.
 *
 * @param uri of the hypervisor
 * @param domain the domain's name there
 * @param xml what to define the domain from when there is none of that name, or null
 */
record LibvirtSettings(String uri, String domain, Path xml) {

    private static final String XEN_HERE = "xen(\\+unix)?:///.*";

    /** Whether the hypervisor is this host's own Xen, whose domain ids say something here. */
    boolean isXenHere() {
        return uri.matches(XEN_HERE);
    }

    /** Mistakes are in the settings afterwards. */
    static LibvirtSettings read(GuestSpec guest, Settings settings) {
        String uri = settings.required("uri");
        if (uri != null && !uri.matches("[A-Za-z0-9+]+:.*")) {
            settings.problem("uri", "'" + uri + "' is not a URI of libvirt, such as xen:///system");
        }
        String xml = settings.text("xml", null);
        return new LibvirtSettings(uri, settings.text("domain", guest.name()),
                xml == null ? null : Path.of(xml).toAbsolutePath());
    }
}
