package dev.conduit.core.xen.event;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.event.DispatchedPort;
import dev.conduit.core.event.EventDispatcher;
import dev.conduit.core.event.PortEvents;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Xen's event channels: one descriptor of {@code /dev/xen/evtchn} for all ports. Thread-safe. */
public final class XenEventChannels implements EventChannels, DispatchedPort.Channels, AutoCloseable {

    /** No domain has it: beyond {@link EvtchnLayout#PORTS}. */
    private static final int IMPOSSIBLE_PORT = -1;

    private final Evtchn evtchn;
    private final XenEventSource source;
    private final EventDispatcher dispatcher;
    private final Set<DispatchedPort> open = ConcurrentHashMap.newKeySet();

    private XenEventChannels(Evtchn evtchn, XenEventSource source) {
        this.evtchn = evtchn;
        this.source = source;
        this.dispatcher = new EventDispatcher(source, EvtchnLayout.PORTS - 1);
    }

    /**
     * Opens the device.
     *
     * @param posix the system calls
     * @param device {@code /dev/xen/evtchn}
     * @return to be closed
     * @throws PlatformException when that cannot be done: why, and what helps
     */
    public static XenEventChannels open(Posix posix, Path device) throws PlatformException {
        Evtchn evtchn = Evtchn.open(posix, device);
        boolean done = false;
        try {
            XenEventChannels channels = new XenEventChannels(evtchn, XenEventSource.open(posix, evtchn));
            done = true;
            return channels;
        } finally {
            if (!done) {
                evtchn.close();
            }
        }
    }

    @Override
    public EventPort allocateUnbound(DomainId peer) throws PlatformException {
        return open(evtchn.bindUnbound(peer.value()), "no event port for domain " + peer);
    }

    @Override
    public EventPort bind(DomainId peer, int remotePort) throws PlatformException {
        String what = "cannot bind to port " + remotePort + " of domain " + peer;
        if (remotePort < 1) {
            throw new PlatformException(what + ": it is not positive");
        }
        return open(evtchn.bindInterdomain(peer.value(), remotePort), what);
    }

    private EventPort open(int number, String what) throws PlatformException {
        if (number < 0) {
            throw new PlatformException(what + ": " + reason(number));
        }
        PortEvents events;
        try {
            events = dispatcher.register(number);
        } catch (PlatformException | IllegalArgumentException e) {
            evtchn.unbind(number);
            throw e;
        }
        DispatchedPort port = new DispatchedPort(this, events);
        open.add(port);
        evtchn.unmask(number);
        return port;
    }

    /**
     * Asks the hypervisor whether it has a domain, by a bind that cannot succeed: it looks for the domain first.
     *
     * @param domain which
     * @return whether it has, be it one that is dying
     * @throws PlatformException when it does not say
     */
    public boolean exists(DomainId domain) throws PlatformException {
        int result = evtchn.bindInterdomain(domain.value(), IMPOSSIBLE_PORT);
        return switch (result) {
            case -Errno.EINVAL -> true;
            case -Errno.ESRCH -> false;
            default -> throw new PlatformException("cannot ask whether domain " + domain + " exists: "
                    + reason(result));
        };
    }

    private static String reason(int result) {
        String error = " (" + Errno.name(-result) + ")";
        return switch (result) {
            case -Errno.ESRCH -> "there is no such domain" + error;
            case -Errno.EINVAL -> "no such port, bound already, or meant for another domain" + error;
            case -Errno.ENOSPC -> "this domain has all the ports it may have; max_event_channels in its configuration"
                    + error;
            case -Errno.EBADF -> "the platform is closed";
            default -> Errno.describe(result);
        };
    }

    @Override
    public void send(int number) throws PlatformException {
        int result = evtchn.send(number);
        if (result < 0) {
            throw new PlatformException("event port " + number + (result == -Errno.ENOTCONN ? " is closed"
                    : ": " + reason(result)));
        }
    }

    /** The number is given back last: the driver may hand it out again at once. */
    @Override
    public void close(DispatchedPort port, PortEvents events) {
        if (open.remove(port)) {
            events.close();
            evtchn.unbind(port.number());
        }
    }

    /** Gives back all ports and ends every wait with an exception. Idempotent. */
    @Override
    public void close() {
        dispatcher.close();
        open.forEach(DispatchedPort::close);
        source.close();
        evtchn.close();
    }
}
