package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One service of the configuration.
 *
 * @param name its conduit name
 * @param dns names under which DNS knows it, in lower case without a dot at the end
 * @param ports TCP ports it serves
 * @param launcher the kind of launcher
 * @param guest what the launcher starts; has the addresses
 * @param memory bytes counted against the limit; 0 when it is not known
 * @param ready how it is found out that it serves
 * @param receive how it takes connections over from a front
 * @param idle how long without traffic until it is stopped; never when empty
 * @param meter the interface whose received bytes are its traffic, when it is not the guest's vif
 * @param stop how it is stopped
 * @param times longest waits
 * @param backOff after failures
 * @param prewarm whether it may be kept up in advance
 * @param sharing how clients tell it from others with the same address and port
 */
public record ServiceSettings(
        String name, List<String> dns, List<Integer> ports, String launcher, GuestSpec guest, long memory,
        Readiness ready, Receive receive, Optional<Duration> idle, Optional<String> meter, StopMode stop, Times times,
        BackOff backOff, boolean prewarm, Sharing sharing) {

    /**
     * A service that shares its addresses and ports with no other.
     *
     * @param name its conduit name
     * @param dns names under which DNS knows it, in lower case without a dot at the end
     * @param ports TCP ports it serves
     * @param launcher the kind of launcher
     * @param guest what the launcher starts; has the addresses
     * @param memory bytes counted against the limit; 0 when it is not known
     * @param ready how it is found out that it serves
     * @param receive how it takes connections over from a front
     * @param idle how long without traffic until it is stopped; never when empty
     * @param meter the interface whose received bytes are its traffic, when it is not the guest's vif
     * @param stop how it is stopped
     * @param times longest waits
     * @param backOff after failures
     * @param prewarm whether it may be kept up in advance
     */
    public ServiceSettings(
            String name, List<String> dns, List<Integer> ports, String launcher, GuestSpec guest, long memory,
            Readiness ready, Receive receive, Optional<Duration> idle, Optional<String> meter, StopMode stop, Times times,
            BackOff backOff, boolean prewarm) {
        this(name, dns, ports, launcher, guest, memory, ready, receive, idle, meter, stop, times, backOff, prewarm,
                Sharing.NONE);
    }

    /**
     * How clients tell a service from others with the same address and port: by the host they name in TLS or HTTP.
     *
     * @param hosts names in lower case, or {@code *.} and a name for all below it
     * @param other whether it gets the clients that name no other service there
     */
    public record Sharing(List<String> hosts, boolean other) {

        /** It has its addresses and ports alone. */
        public static final Sharing NONE = new Sharing(List.of(), false);

        /**
         * Tells whether others may have the same address and port.
         *
         * @return true when clients can tell them apart
         */
        public boolean isShared() {
            return other || !hosts.isEmpty();
        }
    }

    /** How a service takes connections over from a front. */
    public enum Receive {
        /** Its kernel's sockets are made anew. */
        ADOPT,
        /** The handshake is played to it again. */
        REPLAY,
        /** The bytes come through a conduit. */
        CONDUIT
    }

    /**
     * Longest waits.
     *
     * @param start for the toolstack to make the guest
     * @param stop for the guest to go down, and for the toolstack
     * @param drain for open conduits to close when it shall stop
     */
    public record Times(Duration start, Duration stop, Duration drain) {

        /** 60 s, 30 s and 10 s. */
        public static final Times DEFAULTS =
                new Times(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    /**
     * Returns the guest's addresses.
     *
     * @return may be empty
     */
    public List<InetAddress> addresses() {
        return guest.addresses();
    }
}
