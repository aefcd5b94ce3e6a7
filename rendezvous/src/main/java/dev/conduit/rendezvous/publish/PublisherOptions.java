package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.resolver.HostId;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Where and how a host publishes. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class PublisherOptions {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST_TTL = Duration.ofDays(1);

    private final InetSocketAddress server;
    private final Name zone;
    private final TsigKey key;
    private final String hostId;
    private final Duration ttl;
    private final Duration refresh;
    private final Duration closeTimeout;

    private PublisherOptions(InetSocketAddress server, Name zone, TsigKey key, String hostId, Duration ttl,
            Duration refresh, Duration closeTimeout) {
        this.server = server;
        this.zone = zone;
        this.key = key;
        this.hostId = hostId;
        this.ttl = ttl;
        this.refresh = refresh;
        this.closeTimeout = closeTimeout;
    }

    /**
     * Says what has to be said: where, and as whom. Records live 5 s in caches; they are looked after once a minute; a
     * close takes 5 s at most.
     *
     * @param server the zone's primary name server; TCP is used
     * @param zone the zone, such as {@code lab.test}
     * @param key what the server lets change the zone
     * @param hostId this host's id, which no other host of the zone may have
     * @return the options
     * @throws IllegalArgumentException when one is not possible; the message says which
     */
    public static PublisherOptions of(InetSocketAddress server, String zone, TsigKey key, String hostId) {
        if (server.isUnresolved() || server.getPort() == 0) {
            throw new IllegalArgumentException("DNS server " + server.getHostString() + ":" + server.getPort()
                    + " is incomplete: an IP address and a port of 1 to 65535 are needed");
        }
        return new PublisherOptions(server, name(zone), key, HostId.check(hostId), Duration.ofSeconds(5),
                Duration.ofMinutes(1), Duration.ofSeconds(5));
    }

    /**
     * Sets the records' time to live: how long clients may go on to a host that died.
     *
     * @param time 1 s to a day
     * @return the changed copy
     * @throws IllegalArgumentException when it is out of range
     */
    public PublisherOptions withTtl(Duration time) {
        require("TTL", time, time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST_TTL) <= 0, "1 s to a day");
        return new PublisherOptions(server, zone, key, hostId, time, refresh, closeTimeout);
    }

    /**
     * Sets how often published records are compared with what the server has, and mended.
     *
     * @param interval 1 s or more
     * @return the changed copy
     * @throws IllegalArgumentException when it is out of range
     */
    public PublisherOptions withRefresh(Duration interval) {
        require("refresh", interval, interval.compareTo(SHORTEST) >= 0, "1 s or more");
        return new PublisherOptions(server, zone, key, hostId, ttl, interval, closeTimeout);
    }

    /**
     * Sets how long a close tries to withdraw everything.
     *
     * @param timeout 0 (nothing is withdrawn: the next start does it) or more
     * @return the changed copy
     * @throws IllegalArgumentException when it is out of range
     */
    public PublisherOptions withCloseTimeout(Duration timeout) {
        require("close time-out", timeout, !timeout.isNegative(), "0 or more");
        return new PublisherOptions(server, zone, key, hostId, ttl, refresh, timeout);
    }

    private static void require(String what, Duration value, boolean fits, String range) {
        if (!fits) {
            throw new IllegalArgumentException(what + " of " + value.toMillis() + " ms is not " + range);
        }
    }

    private static Name name(String zone) {
        try {
            return Name.fromString(zone, Name.root);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException("zone '" + zone + "' is no name: " + wrong.getMessage());
        }
    }

    InetSocketAddress server() {
        return server;
    }

    Name zone() {
        return zone;
    }

    TsigKey key() {
        return key;
    }

    String hostId() {
        return hostId;
    }

    Duration ttl() {
        return ttl;
    }

    Duration refresh() {
        return refresh;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }
}
