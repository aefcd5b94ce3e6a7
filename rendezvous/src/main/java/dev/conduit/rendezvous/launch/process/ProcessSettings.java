package dev.conduit.rendezvous.launch.process;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.support.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a configuration says of a guest of this launcher; {@code memory} 0 and the others null when not said. */
record ProcessSettings(List<String> command, Map<String, String> environment, Path directory, long memory, Path log,
        Network network) {

    private static final long LEAST_MEMORY = 1 << 20;

    /**
     * Where the guest's own network joins the host's. Quiet: the addresses are on {@code lo}, where neighbours do not see
     * them, until the guest moves them.
     */
    record Network(String bridge, int prefix4, int prefix6, List<InetAddress> gateways, boolean quiet) {

        private static final int PREFIX4 = 24;
        private static final int PREFIX6 = 64;
        private static final String BRIDGE = "[A-Za-z0-9_.-]{1,15}";

        static Network read(Settings settings) {
            String bridge = settings.required("bridge");
            if (bridge != null && !bridge.matches(BRIDGE)) {
                settings.problem("bridge", "'" + bridge + "' is not 1 to 15 characters of A-Z a-z 0-9 _ . -");
            }
            List<InetAddress> gateways = new ArrayList<>();
            for (String text : settings.texts("gateway")) {
                // Only literals: a name would be looked up.
                if (text.matches("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
                    try {
                        gateways.add(InetAddress.getByName(text));
                        continue;
                    } catch (UnknownHostException e) {
                        // Said below.
                    }
                }
                settings.problem("gateway", "'" + text + "' is not an address");
            }
            Network network = new Network(bridge, settings.number("prefix4", 1, 32, PREFIX4),
                    settings.number("prefix6", 1, 128, PREFIX6), gateways,
                    settings.truth("quiet", false));
            settings.end();
            return network;
        }
    }

    /** Mistakes are in the settings afterwards. */
    static ProcessSettings read(GuestSpec guest, Settings settings) {
        List<String> command = settings.texts("command");
        if (command.isEmpty() || command.get(0).isEmpty()) {
            settings.problem("command", "is missing: a list of the program and its arguments");
        }
        Map<String, String> environment = settings.map("environment");
        for (String name : environment.keySet()) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                settings.problem("environment." + name, "is not a name of letters, digits and _");
            }
        }
        Settings inner = settings.inner("network");
        Network network = inner == null ? null : Network.read(inner);
        if (network != null && guest.addresses().isEmpty()) {
            settings.problem("network", "the service has no addresses to give to a network of its own");
        }
        return new ProcessSettings(command, environment, path(settings, "directory"),
                settings.bytes("memory", LEAST_MEMORY), path(settings, "log"), network);
    }

    private static Path path(Settings settings, String key) {
        String text = settings.text(key, null);
        return text == null ? null : Path.of(text).toAbsolutePath();
    }
}
