package dev.conduit.rendezvous.directory.config;

import java.util.List;
import java.util.Optional;

/**
 * All that a services file says.
 *
 * @param dns empty when no names shall be served
 * @param front who holds the addresses of sleeping services
 * @param limits of all services together
 * @param services in the order of the file; names and DNS names are each there once
 */
public record Configuration(
        Optional<DnsSettings> dns, FrontSettings front, Limits limits, List<ServiceSettings> services) {
}
