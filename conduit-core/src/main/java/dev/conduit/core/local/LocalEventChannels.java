package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.event.DispatchedPort;
import dev.conduit.core.event.EventDispatcher;
import dev.conduit.core.event.PortEvents;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.local.shared.EventMemory;
import dev.conduit.core.local.shared.EventMemoryLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Event channels: the host connects them, after that they are words in the event memory. */
final class LocalEventChannels implements EventChannels, DispatchedPort.Channels {

    private final HostClient host;
    private final EventMemory memory;
    private final int slot;
    private final EventDispatcher dispatcher;
    private final Set<DispatchedPort> open = ConcurrentHashMap.newKeySet();

    LocalEventChannels(HostClient host, EventMemory memory, int slot) {
        this.host = host;
        this.memory = memory;
        this.slot = slot;
        this.dispatcher = new EventDispatcher(new LocalEventSource(memory, slot), EventMemoryLayout.PORTS - 1);
    }

    @Override
    public EventPort allocateUnbound(DomainId peer) throws PlatformException {
        return open(host.call(ControlProtocol.UNBOUND, peer));
    }

    @Override
    public EventPort bind(DomainId peer, int remotePort) throws PlatformException {
        if (remotePort < 1) {
            throw new PlatformException("port " + remotePort + " of domain " + peer + " is not positive");
        }
        return open(host.call(ControlProtocol.BIND, peer, remotePort));
    }

    private DispatchedPort open(List<String> reply) throws PlatformException {
        int number = LocalGrantTable.number(reply, 0);
        PortEvents events;
        try {
            events = dispatcher.register(number);
        } catch (PlatformException | IllegalArgumentException e) {
            host.attempt(ControlProtocol.CLOSE, number);
            throw e;
        }
        DispatchedPort port = new DispatchedPort(this, events);
        open.add(port);
        return port;
    }

    @Override
    public void send(int number) {
        memory.send(slot, number);
    }

    /** The number is given back last: the host may hand it out again at once. */
    @Override
    public void close(DispatchedPort port, PortEvents events) {
        if (open.remove(port)) {
            events.close();
            host.attempt(ControlProtocol.CLOSE, port.number());
        }
    }

    /** Ends every wait with an exception. */
    void fail(String message) {
        dispatcher.fail(message);
    }

    /** Closes what is still open, and ends every wait. */
    void closeAll() {
        dispatcher.close();
        open.forEach(DispatchedPort::close);
    }
}
