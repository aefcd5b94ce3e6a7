package dev.conduit.core.xen.event;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.util.HashMap;
import java.util.Map;

/**
 * The event channels of a hypervisor, and under each domain's system calls the driver behind {@code /dev/xen/evtchn}. Its
 * descriptors are real counters, readable when an event is queued, so that a real epoll waits for them; all other calls
 * go to the system.
 */
public final class FakeXen {

    /** A port of a domain. */
    static final class Channel {
        final FakeEvtchn driver;
        int remoteDomain;
        /** 0 while nobody is bound. */
        int remotePort;
        boolean pending;
        boolean enabled = true;

        Channel(FakeEvtchn driver, int remoteDomain) {
            this.driver = driver;
            this.remoteDomain = remoteDomain;
        }
    }

    private final Posix real;
    private final Map<Integer, Map<Integer, Channel>> domains = new HashMap<>();

    /** A hypervisor without domains over the system calls of this machine. */
    public FakeXen(Posix real) {
        this.real = real;
    }

    /** The system calls of a domain, which is made when it is new. */
    public synchronized FakeDomain domain(int id) {
        domains.computeIfAbsent(id, number -> new HashMap<>());
        return new FakeDomain(this, id);
    }

    /** The domain is gone, ports and all. */
    public synchronized void destroy(int id) {
        for (int port : domains.get(id).keySet().toArray(new Integer[0])) {
            close(id, port);
        }
        domains.remove(id);
    }

    /** How many ports a domain has. */
    public synchronized int ports(int id) {
        return domains.get(id).size();
    }

    synchronized Channel channel(int domain, int port) {
        return domains.get(domain).get(port);
    }

    synchronized int allocate(FakeEvtchn driver, int domain, int remote) {
        Map<Integer, Channel> ports = domains.get(domain);
        int port = 1;
        while (ports.containsKey(port)) {
            port++;
        }
        if (port > driver.maxPorts()) {
            return -Errno.ENOSPC;
        }
        ports.put(port, new Channel(driver, remote));
        return port;
    }

    synchronized int bind(FakeEvtchn driver, int domain, int remoteDomain, int remotePort) {
        Map<Integer, Channel> remotePorts = domains.get(remoteDomain);
        if (remotePorts == null) {
            return -Errno.ESRCH;
        }
        Channel remote = remotePorts.get(remotePort);
        if (remote == null || remote.remotePort != 0 || remote.remoteDomain != domain) {
            return -Errno.EINVAL;
        }
        int port = allocate(driver, domain, remoteDomain);
        if (port > 0) {
            remote.remotePort = port;
            channel(domain, port).remotePort = remotePort;
            raise(domain, port);
        }
        return port;
    }

    synchronized void send(int domain, int port) {
        Channel channel = channel(domain, port);
        if (channel.remotePort != 0) {
            raise(channel.remoteDomain, channel.remotePort);
        }
    }

    /** Events coalesce while one is pending; a port is disabled by its event until it is unmasked. */
    synchronized void raise(int domain, int port) {
        Channel channel = channel(domain, port);
        channel.pending = true;
        deliver(channel, port);
    }

    synchronized void unmask(int domain, int port) {
        Channel channel = channel(domain, port);
        if (channel != null && !channel.enabled) {
            channel.enabled = true;
            deliver(channel, port);
        }
    }

    private static void deliver(Channel channel, int port) {
        if (channel.pending && channel.enabled) {
            channel.pending = false;
            channel.enabled = false;
            channel.driver.queue(port);
        }
    }

    synchronized void close(int domain, int port) {
        Channel channel = domains.get(domain).remove(port);
        if (channel != null && channel.remotePort != 0) {
            Channel remote = channel(channel.remoteDomain, channel.remotePort);
            remote.remotePort = 0;
        }
    }

    Posix real() {
        return real;
    }

    int counter() {
        return real.eventFd(PosixConstants.EFD_NONBLOCK | PosixConstants.EFD_CLOEXEC);
    }
}
