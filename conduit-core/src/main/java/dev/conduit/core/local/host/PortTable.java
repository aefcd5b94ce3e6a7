package dev.conduit.core.local.host;

import java.util.Map;

/** The rules of event-channel ports: {@code xen/common/event_channel.c} as far as two domains can see it. */
final class PortTable {

    private final Map<Integer, Domain> domains;
    private final HostLimits limits;
    private final HostEffects effects;

    PortTable(Map<Integer, Domain> domains, HostLimits limits, HostEffects effects) {
        this.domains = domains;
        this.limits = limits;
        this.effects = effects;
    }

    /** Makes a port that only {@code peer} may bind to; the peer need not exist yet. */
    int allocateUnbound(Handle handle, int peer) throws Refusal {
        return handle.domain().newPort(handle, peer, limits.portsPerDomain()).number();
    }

    /** Binds a new port to one that the remote domain keeps for this one; the new port starts pending. */
    int bind(Handle handle, int remoteDomain, int remotePort) throws Refusal {
        Port remote = bindable(handle.domain().id(), remoteDomain, remotePort);
        Port local = handle.domain().newPort(handle, remoteDomain, limits.portsPerDomain());
        local.remote(remote);
        remote.remote(local);
        effects.connect(local.slot(), local.number(), remote.slot(), remote.number());
        effects.connect(remote.slot(), remote.number(), local.slot(), local.number());
        effects.raise(local.slot(), local.number());
        return local.number();
    }

    private Port bindable(int self, int remoteDomain, int remotePort) throws Refusal {
        Domain domain = domains.get(remoteDomain);
        if (domain == null) {
            throw new Refusal("ESRCH", "domain " + remoteDomain + " does not exist");
        }
        Port port = domain.ports().get(remotePort);
        if (port == null) {
            throw Refusal.invalid("domain " + remoteDomain + " has no port " + remotePort);
        }
        if (port.remoteDomain() != self) {
            throw Refusal.invalid("port " + remotePort + " of domain " + remoteDomain + " is for domain "
                    + port.remoteDomain() + ", not for domain " + self);
        }
        if (port.remote() != null) {
            throw Refusal.invalid("port " + remotePort + " of domain " + remoteDomain + " is bound already");
        }
        return port;
    }

    /** A port of this process, by number. */
    Port own(Handle handle, int number) throws Refusal {
        Port port = handle.domain().ports().get(number);
        if (port == null || port.owner() != handle) {
            throw Refusal.invalid("this process has no port " + number);
        }
        return port;
    }

    /** Closes a port; the other end returns to unbound for the same domain, without an event. */
    void close(Port port) {
        Port remote = port.remote();
        effects.disconnect(port.slot(), port.number());
        if (remote != null) {
            remote.remote(null);
            port.remote(null);
            effects.disconnect(remote.slot(), remote.number());
            effects.wake(remote.slot());
        }
        port.owner().ports().remove(port);
        port.owner().domain().ports().remove(port.number());
    }

    /** Sends an event on a port in its owner's name; dropped when it is unbound or closed. */
    void raiseRemote(Port port) {
        if (port.remote() != null) {
            effects.raise(port.remote().slot(), port.remote().number());
        }
    }
}
