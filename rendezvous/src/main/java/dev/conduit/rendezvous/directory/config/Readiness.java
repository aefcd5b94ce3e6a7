package dev.conduit.rendezvous.directory.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How it is found out that a started service can serve, and how long that may take. */
public sealed interface Readiness {

    /**
     * Returns the longest wait, from the moment the guest is made.
     *
     * @return more than 0
     */
    Duration within();

    /**
     * Tells what is waited for, for messages.
     *
     * @return for example {@code port 80 of 10.9.0.10}
     */
    String describe();

    /** What the node of {@link #replayed} holds when the guest is up. */
    String REPLAYED_UP = "up";

    /**
     * Where the front shows that a guest is up that connections are replayed to: its port is answered by the front as
     * long as it is not.
     *
     * @param service its name
     * @return path of a node in dom0's home
     */
    static String replayed(String service) {
        return "/local/domain/0/data/synjitsu/" + service + "/guest";
    }

    /**
     * One of the addresses accepts a TCP connection.
     *
     * @param addresses not empty
     * @param port 1 to 65535
     * @param within longest wait
     */
    record Port(List<InetAddress> addresses, int port, Duration within) implements Readiness {
        @Override
        public String describe() {
            return "port " + port + " of " + String.join(" or ",
                    addresses.stream().map(InetAddress::getHostAddress).toList());
        }
    }

    /**
     * A XenStore node is there.
     *
     * @param path absolute, or below the guest's home
     * @param value what it must hold; anything when empty
     * @param within longest wait
     */
    record Key(String path, Optional<String> value, Duration within) implements Readiness {
        @Override
        public String describe() {
            return "XenStore key " + path + value.map(text -> " = '" + text + "'").orElse("");
        }
    }

    /**
     * The guest listens under a conduit name.
     *
     * @param name the name
     * @param within longest wait
     */
    record Registration(String name, Duration within) implements Readiness {
        @Override
        public String describe() {
            return "conduit name '" + name + "'";
        }
    }
}
