package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the counters of network interfaces of this host: of the one the service names as its {@code meter}, else of
 * {@code vif<domain>.0}, which Xen's netback makes, or {@code conduit<domain>}, the launcher of processes. What the guest
 * sends is what the interface receives; what is sent to it would count every broadcast on its bridge.
 */
public final class InterfaceMeter implements TrafficMeter {

    private final Path interfaces;

    /** Reads {@code /sys/class/net}. */
    public InterfaceMeter() {
        this(Path.of("/sys/class/net"));
    }

    InterfaceMeter(Path interfaces) {
        this.interfaces = interfaces;
    }

    @Override
    public long bytes(ServiceSettings service, int domain) {
        List<String> names = service.meter().map(List::of).orElse(List.of("vif" + domain + ".0", "conduit" + domain));
        for (String name : names) {
            try {
                return Long.parseLong(
                        Files.readString(interfaces.resolve(name).resolve("statistics").resolve("rx_bytes")).strip());
            } catch (IOException | NumberFormatException absent) {
                continue;
            }
        }
        return UNKNOWN;
    }
}
