package dev.conduit.xenstore;

import dev.conduit.xenstore.wire.Features;

/** What a server may offer, or a domain may use of it (xs_wire.h, Xen 4.21 and newer). */
public enum Feature {
    /** A domain may ask to begin its connection over the shared ring anew. */
    RECONNECTION(Features.RECONNECTION),
    /** The server tells in the shared page why it does not serve a domain. */
    ERROR_FIELD(Features.ERROR_FIELD),
    /** Watches take a depth. */
    WATCH_DEPTH(Features.WATCH_DEPTH),
    /** A permission for domain 32757 (DOMID_ANY) stands for every domain. */
    DOMID_ANY(Features.DOMID_ANY);

    private final int bit;

    Feature(int bit) {
        this.bit = bit;
    }

    /**
     * Returns the bit in the wire form.
     *
     * @return a power of two
     */
    public int bit() {
        return bit;
    }
}
