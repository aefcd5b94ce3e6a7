package dev.conduit.xenstore.ring;

import java.io.IOException;

/** The other side published an index that cannot be; nothing on the ring can be trusted any more. */
public final class RingIndexException extends IOException {

    private static final long serialVersionUID = 1L;

    RingIndexException(int producerOffset, int producer, int consumerOffset, int consumer) {
        super(RingLayout.field(producerOffset) + " " + Integer.toUnsignedString(producer) + " is "
                + Integer.toUnsignedString(producer - consumer) + " ahead of " + RingLayout.field(consumerOffset) + " "
                + Integer.toUnsignedString(consumer) + ", at most " + RingLayout.RING_SIZE + " are possible");
    }
}
