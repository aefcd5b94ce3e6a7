package dev.conduit.core.local.host;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** One domain: its processes, grant references and ports. */
final class Domain {

    private final int id;
    private final Set<Handle> handles = new LinkedHashSet<>();
    private final GrantReferences grants = new GrantReferences();
    private final Map<Integer, Port> ports = new HashMap<>();
    private int nextPort = 1;
    private int mappedRuns;
    private int notifications;

    Domain(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }

    /** Its processes; the first made the domain, which ends with it. */
    Set<Handle> handles() {
        return handles;
    }

    GrantReferences grants() {
        return grants;
    }

    Map<Integer, Port> ports() {
        return ports;
    }

    int mappedRuns() {
        return mappedRuns;
    }

    void addMappedRuns(int delta) {
        mappedRuns += delta;
    }

    int notifications() {
        return notifications;
    }

    void addNotifications(int delta) {
        notifications += delta;
    }

    /** Makes an unbound port; numbers go up and start again, so that a number just closed is not used at once. */
    Port newPort(Handle owner, int remoteDomain, int limit) throws Refusal {
        if (ports.size() >= limit) {
            throw Refusal.full("domain " + id + " has " + limit + " ports open, the most it may");
        }
        while (ports.containsKey(nextPort)) {
            nextPort = nextPort % limit + 1;
        }
        Port port = new Port(owner, nextPort, remoteDomain);
        nextPort = nextPort % limit + 1;
        ports.put(port.number(), port);
        owner.ports().add(port);
        return port;
    }
}
