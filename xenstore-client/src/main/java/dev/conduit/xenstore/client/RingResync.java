package dev.conduit.xenstore.client;

import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;

/** Looks for the reply to one RESET_WATCHES in a byte stream whose message boundaries are not known. Pure. */
final class RingResync {

    /** An acknowledgement or the name of an error is not longer. */
    private static final int LONGEST = 32;

    private final int requestId;
    /** The last 16 bytes that came, the oldest first. */
    private final ByteBuffer window = ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER);
    private int filled;
    /** Payload bytes of the reply still to come; -1 while it was not found. */
    private int payload = -1;

    RingResync(int requestId) {
        this.requestId = requestId;
    }

    /** Takes bytes up to the end of the reply; false when it is not complete yet. */
    boolean found(ByteBuffer in) {
        while (payload < 0 && in.hasRemaining()) {
            shift(in.get());
            if (filled == WireHeader.SIZE && isReply()) {
                payload = window.getInt(WireHeader.LENGTH);
            }
        }
        int count = Math.min(Math.max(payload, 0), in.remaining());
        in.position(in.position() + count);
        payload -= Math.max(count, 0);
        return payload == 0;
    }

    private void shift(byte next) {
        if (filled < WireHeader.SIZE) {
            window.put(filled++, next);
        } else {
            window.position(1);
            window.compact().put(WireHeader.SIZE - 1, next);
        }
    }

    private boolean isReply() {
        int type = window.getInt(WireHeader.TYPE);
        return (type == Operation.RESET_WATCHES.code() || type == Operation.ERROR.code())
                && window.getInt(WireHeader.REQUEST_ID) == requestId && window.getInt(WireHeader.TRANSACTION_ID) == 0
                && Integer.compareUnsigned(window.getInt(WireHeader.LENGTH), LONGEST) <= 0;
    }
}
