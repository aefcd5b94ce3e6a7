package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.Platforms;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.local.shared.EventMemory;
import dev.conduit.core.local.shared.EventMemoryLayout;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process, or a part of one, as a domain of a local host. A JVM may be several domains, and use several hosts.
 *
 * <p>The rules are Xen's; the trust is not: all domains belong to one user, who can reach the memory of each of them
 * anyway. A domain that misbehaves cannot crash another or hold it up, but it is not kept from reading it.
 *
 * <p>Thread-safe. When the host ends, waiting threads get a {@link dev.conduit.core.PlatformLostException} at once;
 * memory that is mapped stays, so that what was delivered can still be read.
 */
public final class LocalPlatform implements Platform {

    private final LocalDirectory directory;
    private final DomainId self;
    private final HostClient host;
    private final EventMemory memory;
    private final LocalGrantTable grants;
    private final LocalEventChannels events;
    private final XenStoreClient xenStore;

    private LocalPlatform(LocalDirectory directory, DomainId self, HostClient host, EventMemory memory,
            LocalGrantTable grants, LocalEventChannels events, XenStoreClient xenStore) {
        this.directory = directory;
        this.self = self;
        this.host = host;
        this.memory = memory;
        this.grants = grants;
        this.events = events;
        this.xenStore = xenStore;
    }

    /**
     * Makes a new domain, which ends when this platform closes or the process ends.
     *
     * @param folder the host's folder
     * @param name shown to people, need not be unique: 1 to 64 letters, digits, {@code -} and {@code _}
     * @return the domain
     * @throws PlatformException when there is no host, or it refuses
     * @throws IllegalArgumentException when the name is not of that form
     */
    public static LocalPlatform open(Path folder, String name) throws PlatformException {
        checkName(name);
        return open(new LocalDirectory(folder), posix(), ControlProtocol.DOMAIN, name);
    }

    static void checkName(String name) {
        if (!name.matches(ControlProtocol.NAME)) {
            throw new IllegalArgumentException("domain name '" + name
                    + "' is not 1 to 64 characters of A-Z a-z 0-9 - _");
        }
    }

    /**
     * Joins a domain that exists as one more process.
     *
     * @param folder the host's folder
     * @param domain the domain
     * @return the domain
     * @throws PlatformException when there is no host or no such domain
     */
    public static LocalPlatform attach(Path folder, DomainId domain) throws PlatformException {
        return open(new LocalDirectory(folder), posix(), ControlProtocol.ATTACH, domain);
    }

    private static Posix posix() throws PlatformException {
        if (PosixLoader.unavailable() != null) {
            throw new PlatformException(PosixLoader.unavailable());
        }
        return PosixLoader.posix();
    }

    /** {@code command} is DOMAIN with a name or ATTACH with a domain. */
    static LocalPlatform open(LocalDirectory directory, Posix posix, String command, Object which)
            throws PlatformException {
        LossListener listener = new LossListener();
        HostClient host = HostClient.connect(directory, listener::lost);
        EventMemory memory = null;
        boolean done = false;
        try {
            List<String> reply = host.call(command, which, ProcessHandle.current().pid());
            DomainId self = new DomainId(LocalGrantTable.number(reply, 0));
            int slot = LocalGrantTable.number(reply, 1);
            if (slot >= EventMemoryLayout.SLOTS) {
                throw new PlatformException("the host gave slot " + slot + "; the last is "
                        + (EventMemoryLayout.SLOTS - 1));
            }
            memory = EventMemory.open(posix, LocalGrantTable.number(reply, 2), LocalGrantTable.number(reply, 3));
            LocalEventChannels events = new LocalEventChannels(host, memory, slot);
            XenStoreClient xenStore = connectXenStore(directory, self);
            listener.set(() -> events.fail(host.lostException().getMessage()));
            done = true;
            return new LocalPlatform(directory, self, host, memory, new LocalGrantTable(posix, host), events,
                    xenStore);
        } finally {
            if (!done) {
                host.close();
                if (memory != null) {
                    memory.close();
                }
            }
        }
    }

    private static XenStoreClient connectXenStore(LocalDirectory directory, DomainId self) throws PlatformException {
        try {
            return XenStoreClients.connect(directory.xenStoreSocket(self));
        } catch (XenStoreException e) {
            throw new PlatformException("XenStore of the local host in " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Asks a host what it has given out; needs no domain.
     *
     * @param folder the host's folder
     * @return the counts
     * @throws PlatformException when there is no host
     */
    public static HostStatistics statistics(Path folder) throws PlatformException {
        try (HostClient host = HostClient.connect(new LocalDirectory(folder), () -> { })) {
            return HostStatistics.parse(host.call(ControlProtocol.STAT));
        }
    }

    @Override
    public String name() {
        return LocalPlatformProvider.NAME;
    }

    @Override
    public DomainId self() {
        return self;
    }

    @Override
    public GrantTable grants() {
        return grants;
    }

    @Override
    public EventChannels events() {
        return events;
    }

    @Override
    public XenStoreClient xenStore() {
        return xenStore;
    }

    @Override
    public boolean isAlive(DomainId domain) throws PlatformException {
        return LocalGrantTable.number(host.call(ControlProtocol.ALIVE, domain), 0) != 0;
    }

    /**
     * Returns what a child process needs in its environment to be part of this domain, XenStore clients in C included.
     *
     * @return variables and their values
     */
    public Map<String, String> environment() {
        return environment(directory, self);
    }

    static Map<String, String> environment(LocalDirectory directory, DomainId domain) {
        return Map.of(Platforms.VARIABLE, LocalPlatformProvider.NAME,
                LocalDirectory.DIRECTORY_VARIABLE, directory.toString(),
                LocalDirectory.DOMAIN_VARIABLE, domain.toString(),
                "XENSTORED_PATH", directory.xenStoreSocket(domain).toString());
    }

    /**
     * Returns the host's folder.
     *
     * @return the folder
     */
    public LocalDirectory directory() {
        return directory;
    }

    @Override
    public void close() {
        grants.closeAll();
        events.closeAll();
        xenStore.close();
        host.close();
        memory.close();
    }

    /** Passes the loss of the host on, also one that came before there was anybody to tell. */
    private static final class LossListener {

        private boolean lost;
        private Runnable action;

        synchronized void lost() {
            lost = true;
            if (action != null) {
                action.run();
            }
        }

        synchronized void set(Runnable value) {
            action = value;
            if (lost) {
                value.run();
            }
        }
    }
}
