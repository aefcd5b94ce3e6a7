package dev.conduit.core.xen;

import dev.conduit.core.posix.Posix;
import dev.conduit.core.xen.device.XenDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a Linux says about the Xen below it, under a root folder so that it can be tried without Xen. */
final class XenSystem {

    static final String TYPE = "sys/hypervisor/type";
    static final String CAPABILITIES = "proc/xen/capabilities";

    private static final List<XenDevice> NEEDED = List.of(XenDevice.EVTCHN, XenDevice.GNTDEV, XenDevice.GNTALLOC);
    private static final List<String> STORE_SOCKETS = List.of("run/xenstored/socket", "var/run/xenstored/socket");

    private final Posix posix;
    private final Path root;

    XenSystem(Posix posix, Path root) {
        this.posix = posix;
        this.root = root;
    }

    /** Null when the platform can be opened, else one line: why not, and what to do. */
    String unavailable() {
        if (!isXen() && Files.notExists(root.resolve("dev/xen"))) {
            return "this is not a Xen guest: " + root.resolve(TYPE) + " does not say xen, and there is no "
                    + root.resolve("dev/xen");
        }
        Stream<String> faults = Stream.concat(NEEDED.stream().map(this::fault), Stream.of(storeFault()));
        String reasons = faults.filter(Objects::nonNull).collect(Collectors.joining("; "));
        return reasons.isEmpty() ? null : reasons;
    }

    boolean isXen() {
        return text(TYPE).filter("xen"::equals).isPresent();
    }

    /** For example {@code Xen 4.17.4, PV guest}. */
    String description() {
        String version = Stream.of("major", "minor").map(part -> text("sys/hypervisor/version/" + part).orElse("?"))
                .collect(Collectors.joining(".")) + text("sys/hypervisor/version/extra").orElse("");
        boolean privileged = text(CAPABILITIES).filter(text -> text.contains("control_d")).isPresent();
        return "Xen " + version + ", " + text("sys/hypervisor/guest_type").orElse("unknown") + " guest"
                + (privileged ? " with the rights of dom0" : "");
    }

    /** Null when the device can be used. */
    String fault(XenDevice device) {
        return device.fault(posix, device.path(root));
    }

    /** Null when there is a socket, as in dom0, or the device can be used. */
    String storeFault() {
        boolean socket = STORE_SOCKETS.stream().anyMatch(name -> Files.exists(root.resolve(name)));
        return socket ? null : fault(XenDevice.XENBUS);
    }

    /** A small file without its last line end; empty when it cannot be read. */
    Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(root.resolve(name)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path path(String name) {
        return root.resolve(name);
    }
}
