package dev.conduit.xenstore.wire;

import java.nio.ByteOrder;

/**
 * Layout of {@code struct xsd_sockmsg} in xs_wire.h: four 32-bit words in the machine's byte order before each payload.
 */
public final class WireHeader {

    /** Byte offset of the operation. */
    public static final int TYPE = 0;
    /** Byte offset of the request id, echoed in the reply. */
    public static final int REQUEST_ID = 4;
    /** Byte offset of the transaction id; 0 is none. */
    public static final int TRANSACTION_ID = 8;
    /** Byte offset of the payload length in bytes, unsigned. */
    public static final int LENGTH = 12;
    /** Size of the header in bytes. */
    public static final int SIZE = 16;
    /** Longest payload in bytes, both ways (XENSTORE_PAYLOAD_MAX). */
    public static final int PAYLOAD_MAX = 4096;
    /** Longest absolute path in bytes (XENSTORE_ABS_PATH_MAX). */
    public static final int ABSOLUTE_PATH_MAX = 3072;
    /** Longest relative path in bytes (XENSTORE_REL_PATH_MAX). */
    public static final int RELATIVE_PATH_MAX = 2048;
    /** Byte order of the words. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private WireHeader() {
    }
}
