package dev.conduit.vchan;

/**
 * The words of the control page that both sides change while bytes flow, with the memory order in each name.
 *
 * <p>A class, not an interface, with one subclass loaded in production: the compiler then calls it directly. Tests put
 * a model of memory here, so that the very same protocol code runs in every interleaving.
 */
abstract class SharedWords {

    /** Loads an index once; what the peer wrote before it published the index is visible afterwards. */
    abstract int loadIndexAcquire(int offset);

    /** Publishes an index; what this side read or wrote in the ring before is done when the peer sees it. */
    abstract void storeIndexRelease(int offset, int value);

    /** Loads both live bytes and both notify bytes. */
    abstract int loadFlagsAcquire();

    /** Sets bits of the flags word atomically. */
    abstract void orFlags(int bits);

    /** Clears all bits of the flags word that are not in the mask, atomically, and returns the word before. */
    abstract int getAndMaskFlags(int mask);

    /** Stores a live byte, as a byte: a store of the whole word would undo what the peer does to its neighbours. */
    abstract void storeLiveRelease(int offset, int value);

    /** Orders every access before against every access after, the one order that acquire and release do not give. */
    abstract void fullFence();
}
