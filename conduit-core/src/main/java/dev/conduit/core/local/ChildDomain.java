package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.ControlProtocol;
import java.nio.file.Path;
import java.util.Map;

/**
 * A domain for a process that is about to start, made by who starts it. It ends when this is closed, unless it has been
 * entrusted to the process: then with that, whatever becomes of this JVM. Thread-safe.
 */
public final class ChildDomain implements AutoCloseable {

    private final LocalDirectory directory;
    private final HostClient host;
    private final DomainId id;

    private ChildDomain(LocalDirectory directory, HostClient host, DomainId id) {
        this.directory = directory;
        this.host = host;
        this.id = id;
    }

    /**
     * Makes the domain.
     *
     * @param folder the host's folder
     * @param name shown to people, need not be unique: 1 to 64 letters, digits, {@code -} and {@code _}
     * @return the domain
     * @throws PlatformException when there is no host, or it refuses
     * @throws IllegalArgumentException when the name is not of that form
     */
    public static ChildDomain create(Path folder, String name) throws PlatformException {
        LocalPlatform.checkName(name);
        LocalDirectory directory = new LocalDirectory(folder);
        HostClient host = HostClient.connect(directory, () -> { });
        boolean done = false;
        try {
            int id = LocalGrantTable.number(
                    host.call(ControlProtocol.DOMAIN, name, ProcessHandle.current().pid()), 0);
            done = true;
            return new ChildDomain(directory, host, new DomainId(id));
        } finally {
            if (!done) {
                host.close();
            }
        }
    }

    /**
     * Returns the domain's number.
     *
     * @return the domain id
     */
    public DomainId id() {
        return id;
    }

    /**
     * Makes a process that is started with this environment a part of the domain, C programs for Xen included.
     *
     * @param environment of the process; changed
     * @param program what is run, a path or a name to be found on the PATH
     * @throws PlatformException when it is a C program for Xen that cannot run here, with what to install
     */
    public void prepare(Map<String, String> environment, String program) throws PlatformException {
        environment.putAll(LocalPlatform.environment(directory, id));
        XenStandIn.preload(directory.path(), environment, program);
    }

    /**
     * Lets the domain last as long as a process does: what it holds is given back within a tenth of a second of its end.
     * Once.
     *
     * @param pid the process, which must run
     * @throws PlatformException when there is no such process, or the host is gone
     */
    public void entrust(long pid) throws PlatformException {
        host.call(ControlProtocol.KEEP, pid);
    }

    /** Ends the domain, unless it was entrusted to a process. Idempotent. */
    @Override
    public void close() {
        host.close();
    }
}
