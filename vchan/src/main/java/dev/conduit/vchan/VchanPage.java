package dev.conduit.vchan;

import java.nio.ByteOrder;

/**
 * The control page of a vchan: {@code struct vchan_interface} of {@code public/io/libxenvchan.h}. Offsets in bytes, no
 * padding, native byte order.
 *
 * <pre>
 *  0  u32  left.cons    written by the server     the left ring carries client to server
 *  4  u32  left.prod    written by the client
 *  8  u32  right.cons   written by the client     the right ring carries server to client
 * 12  u32  right.prod   written by the server
 * 16  u16  left_order   by the server, once       log2 of the ring's bytes
 * 18  u16  right_order  by the server, once
 * 20  u8   cli_live     2 not yet connected, 1 connected, 0 gone
 * 21  u8   srv_live     1 open, 0 gone
 * 22  u8   cli_notify   set by the server, cleared by the client: the client shall send an event when ...
 * 23  u8   srv_notify   set by the client, cleared by the server
 * 24  u32  grants[]     by the server, once: pages of the left ring, then of the right ring
 * </pre>
 *
 * The four bytes from 20 are one aligned word, which is how this implementation reads all of them with one load and
 * changes notify bits with one atomic operation.
 */
final class VchanPage {

    static final int SIZE = 4096;

    static final int LEFT_CONS = 0;
    static final int LEFT_PROD = 4;
    static final int RIGHT_CONS = 8;
    static final int RIGHT_PROD = 12;
    static final int LEFT_ORDER = 16;
    static final int RIGHT_ORDER = 18;
    static final int FLAGS = 20;
    static final int CLI_LIVE = 20;
    static final int SRV_LIVE = 21;
    static final int CLI_NOTIFY = 22;
    static final int SRV_NOTIFY = 23;
    static final int GRANTS = 24;

    /** "Tell me when you write": VCHAN_NOTIFY_WRITE. */
    static final int NOTIFY_WRITE = 1;
    /** "Tell me when you read": VCHAN_NOTIFY_READ. */
    static final int NOTIFY_READ = 2;

    static final int LIVE_GONE = 0;
    static final int LIVE_OPEN = 1;
    static final int LIVE_NOT_YET = 2;

    private VchanPage() {}

    /** Where a byte of the flags word stands in it: how many bits to shift its value left. */
    static int shiftInFlags(int byteOffset) {
        int index = byteOffset - FLAGS;
        return 8 * (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? index : 3 - index);
    }

    /** The field's name in the header file. */
    static String field(int offset) {
        return switch (offset) {
            case LEFT_CONS -> "left.cons";
            case LEFT_PROD -> "left.prod";
            case RIGHT_CONS -> "right.cons";
            case RIGHT_PROD -> "right.prod";
            case LEFT_ORDER -> "left_order";
            case RIGHT_ORDER -> "right_order";
            case CLI_LIVE -> "cli_live";
            case SRV_LIVE -> "srv_live";
            case CLI_NOTIFY -> "cli_notify";
            case SRV_NOTIFY -> "srv_notify";
            default -> "grants[" + (offset - GRANTS) / Integer.BYTES + "]";
        };
    }
}
