package dev.conduit.core;

import dev.conduit.xenstore.XenStoreClient;

/**
 * What a domain has: its number, grants, event channels and XenStore.
 *
 * <p>Thread-safe. Closing gives back everything that was acquired through it.
 */
public interface Platform extends AutoCloseable {

    /**
     * Returns the short name, as {@code conduit doctor} shows it.
     *
     * @return {@code local} or {@code xen}
     */
    String name();

    /**
     * Returns the domain this process runs in.
     *
     * @return the domain id
     */
    DomainId self();

    /**
     * Returns the grant table.
     *
     * @return always the same object
     */
    GrantTable grants();

    /**
     * Returns the event channels.
     *
     * @return always the same object
     */
    EventChannels events();

    /**
     * Returns the connection to XenStore, with this domain's rights. It is closed with the platform.
     *
     * @return always the same object
     */
    XenStoreClient xenStore();

    /**
     * Tells whether a domain is alive, as well as this domain can find out. One exchange with the kernel or the local
     * host: for time-outs and start-up, not for the data path.
     *
     * @param domain which
     * @return false only when it is known to be gone
     * @throws PlatformException when the question cannot be asked
     */
    boolean isAlive(DomainId domain) throws PlatformException;

    /** Gives everything back. Idempotent; blocked calls end with an exception. */
    @Override
    void close();
}
