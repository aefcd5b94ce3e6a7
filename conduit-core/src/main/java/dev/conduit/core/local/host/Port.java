package dev.conduit.core.local.host;

/** One end of an event channel: unbound and reserved for one domain, or bound to a port of that domain. */
final class Port {

    private final Handle owner;
    private final int number;
    private final int remoteDomain;
    private Port remote;

    Port(Handle owner, int number, int remoteDomain) {
        this.owner = owner;
        this.number = number;
        this.remoteDomain = remoteDomain;
    }

    Handle owner() {
        return owner;
    }

    int slot() {
        return owner.slot();
    }

    int number() {
        return number;
    }

    int remoteDomain() {
        return remoteDomain;
    }

    /** The other end, or null while unbound. */
    Port remote() {
        return remote;
    }

    void remote(Port value) {
        remote = value;
    }
}
