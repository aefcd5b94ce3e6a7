package dev.conduit.core.local.host;

/** What the tables do to the world; calls come in the order the effects must have. */
interface HostEffects {

    /** Makes a slot of the event memory ready: backed by memory, and zero. */
    void prepareSlot(int slot) throws Refusal;

    /** A domain is about to exist: gives it its place in XenStore. */
    void createDomain(int domain, String name) throws Refusal;

    /** Looks at a process from now on; at its end the tables are told that the handle has ended. */
    void watch(Handle handle, long pid) throws Refusal;

    /** Directs a port at the other end. */
    void connect(int slot, int port, int remoteSlot, int remotePort);

    /** Makes a port lead nowhere. */
    void disconnect(int slot, int port);

    /** Makes an event pending on a port and wakes its process. */
    void raise(int slot, int port);

    /** Wakes a process without an event, in case a sender died between setting a pending bit and waking. */
    void wake(int slot);

    /** A process lost its domain: ends its control connection. */
    void drop(Handle handle);

    /** A domain is gone, with everything it held. */
    void endDomain(int domain);
}
