package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which services there are, in the order of the configuration, and their names. */
final class Roster {

    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Map<String, Service> dns = new HashMap<>();

    /**
     * Takes a configuration; those it no longer has are on their way out.
     *
     * @return those that are new
     */
    List<Service> configure(long now, List<ServiceSettings> configured, Shared shared) {
        List<Service> added = new ArrayList<>();
        Map<String, ServiceSettings> wanted = new LinkedHashMap<>();
        configured.forEach(settings -> wanted.put(settings.name(), settings));
        List.copyOf(services.values()).stream().filter(service -> !wanted.containsKey(service.name()))
                .forEach(service -> service.stopping().remove(now));
        wanted.forEach((name, settings) -> {
            Service service = services.get(name);
            if (service == null) {
                service = new Service(shared, settings, now);
                services.put(name, service);
                added.add(service);
            } else {
                service.configure(settings);
            }
        });
        dns.clear();
        configured().forEach(service -> service.settings().dns().forEach(name -> dns.put(name, service)));
        return added;
    }

    /** Those that are to be there. */
    List<Service> configured() {
        return services.values().stream().filter(service -> !service.life().removed).toList();
    }

    /** Also those that are only being stopped. */
    Collection<Service> all() {
        return services.values();
    }

    void remove(Service service) {
        services.remove(service.name());
    }

    /** By its very name. */
    Optional<Service> get(String name) {
        return Optional.ofNullable(services.get(name));
    }

    /** By its name, or by one of its DNS names in any case, with a dot at the end or without. */
    Optional<Service> lookUp(String name) {
        Service service = services.get(name);
        if (service == null) {
            String lower = name.toLowerCase(Locale.ROOT);
            service = dns.get(lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower);
        }
        return Optional.ofNullable(service);
    }
}
