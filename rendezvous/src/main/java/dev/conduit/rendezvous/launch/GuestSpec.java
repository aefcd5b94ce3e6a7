package dev.conduit.rendezvous.launch;

import dev.conduit.rendezvous.layout.ConduitNames;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * A guest as a launcher sees it.
 *
 * @param name the service's name, which is also the name of the guest unless the settings say another; a Conduit name
 * @param addresses what the guest will have on its network; may be empty
 * @param settings the launcher's own part of the configuration, as it was written: texts, numbers, truth values, lists
 *     and maps of these
 */
public record GuestSpec(String name, List<InetAddress> addresses, Map<String, Object> settings) {

    /**
     * Copies what could change.
     *
     * @param name the service's name
     * @param addresses what the guest will have on its network
     * @param settings the launcher's own part of the configuration
     * @throws IllegalArgumentException when the name is not a Conduit name
     */
    public GuestSpec {
        ConduitNames.check(name);
        addresses = List.copyOf(addresses);
        settings = Map.copyOf(settings);
    }
}
