package dev.conduit.vchan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of a ring in memory; a mirrored one has them twice in a row, so that nothing needs to be split. */
final class RingBytes {

    private final ByteBuffer bytes;
    private final ByteBuffer view;
    private final int size;
    private final int mask;
    private final boolean mirrored;

    /**
     * Makes a ring.
     *
     * @param bytes the memory from its position to its limit
     * @param size a power of two; the memory has twice as much when mirrored
     */
    RingBytes(ByteBuffer bytes, int size, boolean mirrored) {
        this.bytes = bytes.slice();
        this.view = this.bytes.duplicate().order(ByteOrder.nativeOrder());
        this.size = size;
        this.mask = size - 1;
        this.mirrored = mirrored;
    }

    boolean mirrored() {
        return mirrored;
    }

    /** How many of {@code count} bytes from an index lie in one piece. */
    int unbroken(int index, int count) {
        return mirrored ? count : Math.min(count, size - (index & mask));
    }

    /** The one view of this ring, set to {@code count} bytes from an index, which must be unbroken. */
    ByteBuffer view(int index, int count) {
        int offset = index & mask;
        return view.limit(offset + count).position(offset);
    }

    /** Copies the next bytes of the source in, moving its position. */
    void put(int index, ByteBuffer source, int count) {
        int offset = index & mask;
        int position = source.position();
        int first = unbroken(index, count);
        bytes.put(offset, source, position, first);
        if (first < count) {
            bytes.put(0, source, position + first, count - first);
        }
        source.position(position + count);
    }

    /** Copies bytes out to the target, without moving its position. */
    void get(int index, ByteBuffer target, int count) {
        int offset = index & mask;
        int position = target.position();
        int first = unbroken(index, count);
        target.put(position, bytes, offset, first);
        if (first < count) {
            target.put(position + first, bytes, 0, count - first);
        }
    }
}
