package dev.conduit.xenstore.ring;

import java.nio.ByteBuffer;

/**
 * The page as the two sides share it, with the memory order in each name. A class with one subclass in production, so
 * that the compiler calls it directly; tests put a model of memory here.
 */
public abstract class RingMemory {

    /** For subclasses. */
    protected RingMemory() {
    }

    /**
     * Loads a word once; what the other side wrote before it stored the word is visible afterwards.
     *
     * @param offset of {@link RingLayout}
     * @return the word
     */
    public abstract int loadAcquire(int offset);

    /**
     * Stores a word; what this side read or wrote in the page before is done when the other side sees it.
     *
     * @param offset of {@link RingLayout}
     * @param value the word
     */
    public abstract void storeRelease(int offset, int value);

    /**
     * Copies bytes out, in no order but those of the index loads and stores around it.
     *
     * @param offset in the page
     * @param target its position moves
     * @param count bytes, all within the page
     */
    abstract void get(int offset, ByteBuffer target, int count);

    /**
     * Copies bytes in, in no order but those of the index loads and stores around it.
     *
     * @param offset in the page
     * @param source its position moves
     * @param count bytes, all within the page
     */
    abstract void put(int offset, ByteBuffer source, int count);
}
