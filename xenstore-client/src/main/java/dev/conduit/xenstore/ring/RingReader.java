package dev.conduit.xenstore.ring;

import java.nio.ByteBuffer;

/**
 * The reading half of one ring. It keeps its own index and never reads it back, so that only the producer's index is
 * to be distrusted; that one is read once, checked, then used. Not thread-safe; sends no events: after each call that
 * moved something the caller has to.
 */
public final class RingReader {

    private final RingMemory memory;
    private final int data;
    private final int consumerOffset;
    private final int producerOffset;
    private int consumer;

    private RingReader(RingMemory memory, int data, int consumerOffset, int producerOffset) {
        this.memory = memory;
        this.data = data;
        this.consumerOffset = consumerOffset;
        this.producerOffset = producerOffset;
        consumer = memory.loadAcquire(consumerOffset);
    }

    /**
     * The server's half of the ring of requests, from where it was left.
     *
     * @param memory the page
     * @return the half
     */
    public static RingReader ofRequests(RingMemory memory) {
        return new RingReader(memory, RingLayout.REQ, RingLayout.REQ_CONS, RingLayout.REQ_PROD);
    }

    /**
     * The guest's half of the ring of replies, from where it was left.
     *
     * @param memory the page
     * @return the half
     */
    public static RingReader ofReplies(RingMemory memory) {
        return new RingReader(memory, RingLayout.RSP, RingLayout.RSP_CONS, RingLayout.RSP_PROD);
    }

    /**
     * Counts the bytes that can be read.
     *
     * @return 0 to 1024
     * @throws RingIndexException when the producer's index cannot be
     */
    public int available() throws RingIndexException {
        // Pairs with the writer's release: the bytes below this index are there.
        int producer = memory.loadAcquire(producerOffset);
        int available = producer - consumer;
        if (Integer.compareUnsigned(available, RingLayout.RING_SIZE) > 0) {
            throw new RingIndexException(producerOffset, producer, consumerOffset, consumer);
        }
        return available;
    }

    /**
     * Moves bytes out of the ring, as many as there are and the target takes.
     *
     * @param target its position moves
     * @return how many, possibly 0
     * @throws RingIndexException when the producer's index cannot be; nothing was moved
     */
    public int read(ByteBuffer target) throws RingIndexException {
        int count = Math.min(available(), target.remaining());
        if (count > 0) {
            int offset = consumer & RingLayout.RING_SIZE - 1;
            int first = Math.min(count, RingLayout.RING_SIZE - offset);
            memory.get(data + offset, target, first);
            memory.get(data, target, count - first);
            consumer += count;
            // The copy is done before the writer may use the space again.
            memory.storeRelease(consumerOffset, consumer);
        }
        return count;
    }

    /**
     * Tells whether this half's index in the page is the one it stored: no longer when the other side has begun anew.
     *
     * @return false when somebody else wrote it
     */
    public boolean undisturbed() {
        return memory.loadAcquire(consumerOffset) == consumer;
    }

    /** Empties the ring and begins at 0. Only while the other side does not use it. */
    public void reset() {
        consumer = 0;
        memory.storeRelease(producerOffset, 0);
        memory.storeRelease(consumerOffset, 0);
    }
}
