package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.StoreError;

/** What INTRODUCE does besides noting the domain. */
@FunctionalInterface
interface RingIntroduction {

    /** Attaches a guest's ring when the server serves rings; under the store lock. */
    void introduce(int domain, long frame, int port) throws StoreError;
}
