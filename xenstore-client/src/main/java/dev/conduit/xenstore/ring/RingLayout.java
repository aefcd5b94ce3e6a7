package dev.conduit.xenstore.ring;

/**
 * Layout of {@code struct xenstore_domain_interface} in xs_wire.h, one page shared by a guest and the server. Offsets
 * in bytes, no padding, native byte order. Indices run free over all of 32 bits: the byte of index i lies at i mod
 * 1024 of its ring, and producer minus consumer is 0 to 1024, else the ring is broken.
 *
 * <pre>
 *    0  char[1024]  req             guest to server
 * 1024  char[1024]  rsp             server to guest
 * 2048  u32  req_cons         written by the server
 * 2052  u32  req_prod         written by the guest
 * 2056  u32  rsp_cons         written by the guest
 * 2060  u32  rsp_prod         written by the server
 * 2064  u32  server_features  written by the server: bits of wire/Features, only ever set
 * 2068  u32  connection       1 written by the guest, 0 by the server
 * 2072  u32  error            written by the server
 * 2076  u32  evtchn_port      written by whoever made the guest, 0 for none
 * </pre>
 */
public final class RingLayout {

    /** Bytes of the page. */
    public static final int PAGE_SIZE = 4096;
    /** Bytes of one ring (XENSTORE_RING_SIZE), a power of two. */
    public static final int RING_SIZE = 1024;

    /** Offset of the ring of requests. */
    public static final int REQ = 0;
    /** Offset of the ring of replies and events. */
    public static final int RSP = 1024;
    /** Offset of the index the server has read up to. */
    public static final int REQ_CONS = 2048;
    /** Offset of the index the guest has written up to. */
    public static final int REQ_PROD = 2052;
    /** Offset of the index the guest has read up to. */
    public static final int RSP_CONS = 2056;
    /** Offset of the index the server has written up to. */
    public static final int RSP_PROD = 2060;
    /** Offset of what the server can do, bits of {@link dev.conduit.xenstore.wire.Features}. */
    public static final int SERVER_FEATURES = 2064;
    /** Offset of the state of the connection. */
    public static final int CONNECTION = 2068;
    /** Offset of the reason for which the server gave up. */
    public static final int ERROR = 2072;
    /** Offset of the guest's event channel port, 0 when INTRODUCE tells it. */
    public static final int EVTCHN_PORT = 2076;

    /** Connection state: messages flow (XENSTORE_CONNECTED). */
    public static final int CONNECTED = 0;
    /** Connection state: the guest waits for a new connection (XENSTORE_RECONNECT). */
    public static final int RECONNECT = 1;

    private RingLayout() {
    }

    /** The field's name in the header file. */
    static String field(int offset) {
        return switch (offset) {
            case REQ_CONS -> "req_cons";
            case REQ_PROD -> "req_prod";
            case RSP_CONS -> "rsp_cons";
            case RSP_PROD -> "rsp_prod";
            default -> "field at byte " + offset;
        };
    }
}
