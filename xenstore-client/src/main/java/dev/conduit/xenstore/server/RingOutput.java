package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ring.RingIndexException;
import dev.conduit.xenstore.ring.RingLayout;
import dev.conduit.xenstore.ring.RingMemory;
import dev.conduit.xenstore.ring.RingWriter;
import java.nio.ByteBuffer;

/** Moves what a connection has to say into its ring, and keeps the rest of a message the ring had no space for. */
final class RingOutput {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final RingWriter replies;
    private ByteBuffer blocked = NOTHING;

    RingOutput(RingMemory memory) {
        replies = RingWriter.ofReplies(memory);
    }

    /** Empties the ring. */
    void reset() {
        forget();
        replies.reset();
    }

    /** Drops what waits for space. */
    void forget() {
        blocked = NOTHING;
    }

    boolean isBlocked() {
        return blocked.hasRemaining();
    }

    /** Fills the ring once; the guest's event says when there is space again. Whether something moved. */
    boolean send(WireConnection wire, ByteBuffer scratch) throws RingIndexException {
        int budget = RingLayout.RING_SIZE;
        while (budget > 0 && wire.broken() == null) {
            if (!blocked.hasRemaining()) {
                wire.drainTo(scratch.clear());
                blocked = scratch.flip();
            }
            int count = blocked.hasRemaining() ? replies.write(blocked) : 0;
            keep(scratch);
            if (count == 0) {
                break;
            }
            budget -= count;
        }
        return budget < RingLayout.RING_SIZE;
    }

    /** The scratch buffer is everybody's: what stays blocked moves to one of its own. */
    private void keep(ByteBuffer scratch) {
        if (!blocked.hasRemaining()) {
            blocked = NOTHING;
        } else if (blocked == scratch) {
            blocked = ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
        }
    }
}
