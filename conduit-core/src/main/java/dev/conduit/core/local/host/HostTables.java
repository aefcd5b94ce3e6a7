package dev.conduit.core.local.host;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.local.HostStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is which domain and holds what: the rules of Xen, without any input or output. What must happen outside is called
 * on {@link HostEffects}, in order. One thread only.
 */
final class HostTables {

    private final HostLimits limits;
    private final HostEffects effects;
    private final Map<Integer, Domain> domains = new LinkedHashMap<>();
    private final SlotPool slots;
    private final PortTable ports;
    private final GrantLedger grants;
    private int nextDomain;

    HostTables(HostLimits limits, HostEffects effects) {
        this(limits, effects, 1);
    }

    /** Starts at a given domain id, so that a test can reach the end of the range. */
    HostTables(HostLimits limits, HostEffects effects, int firstDomain) {
        this.limits = limits;
        this.effects = effects;
        this.nextDomain = firstDomain;
        this.slots = new SlotPool(limits.handles());
        this.ports = new PortTable(domains, limits, effects);
        this.grants = new GrantLedger(domains, limits);
    }

    PortTable ports() {
        return ports;
    }

    GrantLedger grants() {
        return grants;
    }

    /** Makes a domain and its first process. */
    Handle createDomain(String name, long pid) throws Refusal {
        int slot = slots.next();
        Domain domain = new Domain(newDomainId());
        effects.prepareSlot(slot);
        effects.createDomain(domain.id(), name);
        domains.put(domain.id(), domain);
        return addHandle(domain, slot, pid);
    }

    /** Adds a process to a domain. */
    Handle attach(int domainId, long pid) throws Refusal {
        Domain domain = domains.get(domainId);
        if (domain == null) {
            throw new Refusal("ESRCH", "domain " + domainId + " does not exist");
        }
        int slot = slots.next();
        effects.prepareSlot(slot);
        return addHandle(domain, slot, pid);
    }

    /** Domain 0 is the host itself. */
    boolean isAlive(int domainId) {
        return domainId == DomainId.DOM0.value() || domains.containsKey(domainId);
    }

    /** From now on the domain that this process made ends with another process, and not with the connection. */
    void keep(Handle handle, long pid) throws Refusal {
        if (!isMaker(handle)) {
            throw new Refusal("EPERM", "domain " + handle.domain().id() + " was made by another process");
        }
        if (handle.kept()) {
            throw new Refusal("EBUSY", "domain " + handle.domain().id() + " is kept by a process already");
        }
        effects.watch(handle, pid);
        handle.keep();
    }

    /** The control connection of a process is gone. */
    void disconnected(Handle handle) {
        if (!handle.kept()) {
            end(handle);
        }
    }

    private static boolean isMaker(Handle handle) {
        return handle.domain().handles().iterator().next() == handle;
    }

    /**
     * A process is gone, in whatever way; the domain ends with the process that made it. Unmap notifications come
     * first, while the ports they name are still open, then ports, then memory.
     */
    void end(Handle handle) {
        if (handle.ended()) {
            return;
        }
        Domain domain = handle.domain();
        if (!isMaker(handle)) {
            release(handle);
            return;
        }
        for (Handle other : new ArrayList<>(domain.handles())) {
            release(other);
            if (other != handle) {
                effects.drop(other);
            }
        }
        domains.remove(domain.id());
        effects.endDomain(domain.id());
    }

    /** Asks for an unmap notification on a share or mapping of this process. */
    void notifyOnUnmap(Handle handle, Region region, UnmapByte target, int portNumber) throws Refusal {
        checkNotifiable(handle, region, portNumber);
        handle.domain().addNotifications(1);
        region.notification(new Region.Notification(target, ports.own(handle, portNumber)));
    }

    /** What {@link #notifyOnUnmap} checks, for the caller to do before it opens the byte. */
    void checkNotifiable(Handle handle, Region region, int portNumber) throws Refusal {
        ports.own(handle, portNumber);
        if (region instanceof Mapping mapping && mapping.access() == GrantAccess.READ_ONLY) {
            throw Refusal.invalid("mapping " + mapping.id() + " is read-only: a byte in it cannot be cleared");
        }
        if (region.notification() != null) {
            throw new Refusal("EBUSY", "an unmap notification is set already; a region has one");
        }
        if (handle.domain().notifications() >= limits.notificationsPerDomain()) {
            throw Refusal.full("domain " + handle.domain().id() + " has " + limits.notificationsPerDomain()
                    + " unmap notifications, the most it may");
        }
    }

    HostStatistics statistics() {
        int handles = 0;
        int shares = 0;
        int mappings = 0;
        int portCount = 0;
        int notifications = 0;
        for (Domain domain : domains.values()) {
            portCount += domain.ports().size();
            notifications += domain.notifications();
            for (Handle handle : domain.handles()) {
                handles++;
                shares += handle.shares().size();
                mappings += handle.mappings().size();
            }
        }
        return new HostStatistics(domains.size(), handles, shares, mappings, portCount, notifications);
    }

    private Handle addHandle(Domain domain, int slot, long pid) {
        slots.take(slot);
        Handle handle = new Handle(domain, slot, pid);
        domain.handles().add(handle);
        return handle;
    }

    private void release(Handle handle) {
        handle.end();
        for (Region region : regions(handle)) {
            if (region.notification() != null) {
                region.notification().target().clear();
                ports.raiseRemote(region.notification().port());
            }
        }
        for (Port port : new ArrayList<>(handle.ports())) {
            ports.close(port);
        }
        for (Mapping mapping : new ArrayList<>(handle.mappings().values())) {
            grants.unmap(handle, mapping);
        }
        for (Share share : new ArrayList<>(handle.shares())) {
            grants.unshare(handle, share);
        }
        handle.domain().handles().remove(handle);
        slots.release(handle.slot());
    }

    private static List<Region> regions(Handle handle) {
        List<Region> regions = new ArrayList<>(handle.shares());
        regions.addAll(handle.mappings().values());
        return regions;
    }

    /** Ids go up, and start again after the last; there are more ids than processes, so one is free. */
    private int newDomainId() {
        while (domains.containsKey(nextDomain)) {
            nextDomain = following(nextDomain);
        }
        int id = nextDomain;
        nextDomain = following(id);
        return id;
    }

    private static int following(int id) {
        return id + 1 == DomainId.FIRST_RESERVED ? 1 : id + 1;
    }
}
