package dev.conduit.core.local.host;

/** The XenStore side of domains, as the toolstack does it on Xen. */
interface DomainStore extends AutoCloseable {

    /** Makes a domain's home and opens its socket. */
    void create(int domain, String name) throws Refusal;

    /** Removes a domain: its socket, its home, its nodes elsewhere; {@code @releaseDomain} fires. */
    void end(int domain);

    @Override
    void close();
}
