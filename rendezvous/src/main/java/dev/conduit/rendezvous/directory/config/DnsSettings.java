package dev.conduit.rendezvous.directory.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The DNS part of the configuration.
 *
 * @param listen where the server listens
 * @param zone what it is authoritative for, in lower case without a dot at the end
 * @param ttl how long its answers may be kept
 * @param patience longest wait of a query for a service that boots
 * @param forward upstream servers for all other names; none when empty
 * @param update where the services are published
 */
public record DnsSettings(
        InetSocketAddress listen, String zone, Duration ttl, Duration patience, List<InetSocketAddress> forward,
        Optional<Update> update) {

    /**
     * An authoritative server that takes updates.
     *
     * @param server its address
     * @param key the TSIG key, as {@code [algorithm:]name:secret} or the file it stands in
     */
    public record Update(InetSocketAddress server, String key) {}
}
