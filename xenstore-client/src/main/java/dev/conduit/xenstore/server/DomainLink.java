package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.StoreError;

/** What the platform does when the privileged domain introduces another: attach its ring. */
@FunctionalInterface
interface DomainLink {

    /** For servers whose domains come over sockets only. */
    DomainLink NONE = (domain, frame, port) -> { };

    /**
     * Attaches a domain's ring, or resets it when it is attached already. Called under the store lock, before the
     * domain counts as introduced. That a domain is gone is told to its connections.
     *
     * @param domain domain id
     * @param frame page frame or grant reference, as given
     * @param port event channel, 1 or more
     * @throws StoreError when there is no such ring; the domain is not introduced
     */
    void introduce(int domain, long frame, int port) throws StoreError;
}
