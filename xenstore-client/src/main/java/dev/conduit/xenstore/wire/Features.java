package dev.conduit.xenstore.wire;

/** Feature bits of a server: {@code server_features} of a domain's page in xs_wire.h, and the answer to GET_FEATURE. */
public final class Features {

    /** A domain may ask to begin its connection anew, by the connection state in its page. */
    public static final int RECONNECTION = 1;
    /** The server tells in the domain's page why it does not serve it. */
    public static final int ERROR_FIELD = 2;
    /** WATCH takes a depth. */
    public static final int WATCH_DEPTH = 4;
    /** An entry for {@link #ANY_DOMAIN} in permissions stands for every domain. */
    public static final int DOMID_ANY = 8;
    /** All the bits there are. */
    public static final int ALL = RECONNECTION | ERROR_FIELD | WATCH_DEPTH | DOMID_ANY;

    /** Domain id that stands for every domain in permissions: DOMID_ANY of xen.h. */
    public static final int ANY_DOMAIN = 0x7FF5;

    private Features() {
    }
}
