package dev.conduit.core;

import java.nio.ByteBuffer;

/**
 * Shared pages in this process's memory.
 *
 * <p>Closing gives the pages back at once, but never pulls the memory from under a reader: the buffer, and everything
 * sliced from it, stays addressable for as long as it is reachable. After close it shows private zero pages, so a late
 * access is harmless: it reads zeros and its writes go nowhere.
 */
public interface PageRegion extends AutoCloseable {

    /**
     * Returns the number of pages, not counting the mirror.
     *
     * @return at least 1
     */
    int pages();

    /**
     * Tells whether the pages appear twice, one copy right after the other, so that a view that starts in the first
     * copy may run on over its end.
     *
     * @return true when {@link #buffer()} has twice the size
     */
    boolean mirrored();

    /**
     * Returns the memory: {@code pages() * 4096} bytes, or twice that when mirrored. Always the same buffer, in native
     * byte order; slice or duplicate it before moving its position. Writing through a mapping made READ_ONLY throws
     * {@link java.nio.ReadOnlyBufferException}.
     *
     * @return the buffer
     */
    ByteBuffer buffer();

    /**
     * Asks that, when this side's mapping goes away for whatever reason (close, exit, kill), one byte is set to zero
     * and an event is sent: the unmap notification of gntdev and gntalloc. At most one for a region; needs write
     * access.
     *
     * @param byteOffset offset of the byte in the region
     * @param port a port of this process, on which the event is sent
     * @throws PlatformException when the platform refuses
     * @throws IllegalArgumentException when the offset is outside the region
     */
    void notifyOnUnmap(int byteOffset, EventPort port) throws PlatformException;

    /** Unmaps, after doing what {@link #notifyOnUnmap} asked for. Safe from any thread, at any time, more than once. */
    @Override
    void close();
}
