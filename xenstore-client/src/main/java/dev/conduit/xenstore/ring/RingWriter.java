package dev.conduit.xenstore.ring;

import java.nio.ByteBuffer;

/**
 * The writing half of one ring. It keeps its own index and never reads it back, so that only the consumer's index is
 * to be distrusted; that one is read once, checked, then used. Not thread-safe; sends no events: after each call that
 * moved something the caller has to.
 */
public final class RingWriter {

    private final RingMemory memory;
    private final int data;
    private final int consumerOffset;
    private final int producerOffset;
    private int producer;

    private RingWriter(RingMemory memory, int data, int consumerOffset, int producerOffset) {
        this.memory = memory;
        this.data = data;
        this.consumerOffset = consumerOffset;
        this.producerOffset = producerOffset;
        producer = memory.loadAcquire(producerOffset);
    }

    /**
     * The guest's half of the ring of requests, from where it was left.
     *
     * @param memory the page
     * @return the half
     */
    public static RingWriter ofRequests(RingMemory memory) {
        return new RingWriter(memory, RingLayout.REQ, RingLayout.REQ_CONS, RingLayout.REQ_PROD);
    }

    /**
     * The server's half of the ring of replies, from where it was left.
     *
     * @param memory the page
     * @return the half
     */
    public static RingWriter ofReplies(RingMemory memory) {
        return new RingWriter(memory, RingLayout.RSP, RingLayout.RSP_CONS, RingLayout.RSP_PROD);
    }

    /**
     * Counts the bytes that can be written.
     *
     * @return 0 to 1024
     * @throws RingIndexException when the consumer's index cannot be
     */
    public int space() throws RingIndexException {
        // Pairs with the reader's release: it has done with the bytes below this index.
        int consumer = memory.loadAcquire(consumerOffset);
        int waiting = producer - consumer;
        if (Integer.compareUnsigned(waiting, RingLayout.RING_SIZE) > 0) {
            throw new RingIndexException(producerOffset, producer, consumerOffset, consumer);
        }
        return RingLayout.RING_SIZE - waiting;
    }

    /**
     * Moves bytes into the ring, as many as there are and as there is space for.
     *
     * @param source its position moves
     * @return how many, possibly 0
     * @throws RingIndexException when the consumer's index cannot be; nothing was moved
     */
    public int write(ByteBuffer source) throws RingIndexException {
        int count = Math.min(space(), source.remaining());
        if (count > 0) {
            int offset = producer & RingLayout.RING_SIZE - 1;
            int first = Math.min(count, RingLayout.RING_SIZE - offset);
            memory.put(data + offset, source, first);
            memory.put(data, source, count - first);
            producer += count;
            // The bytes are there before the reader sees the index.
            memory.storeRelease(producerOffset, producer);
        }
        return count;
    }

    /**
     * Tells whether this half's index in the page is the one it stored: no longer when the other side has begun anew.
     *
     * @return false when somebody else wrote it
     */
    public boolean undisturbed() {
        return memory.loadAcquire(producerOffset) == producer;
    }

    /** Empties the ring and begins at 0. Only while the other side does not use it. */
    public void reset() {
        producer = 0;
        memory.storeRelease(producerOffset, 0);
        memory.storeRelease(consumerOffset, 0);
    }
}
