package dev.conduit.xenstore.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link RingMemory} in a real page. */
public final class PageMemory extends RingMemory {

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer page;

    /**
     * Looks at a page.
     *
     * @param page at least 4096 bytes from index 0, aligned to 4 bytes; its position and limit are not touched
     * @throws IllegalArgumentException when the buffer is too small or not aligned
     */
    public PageMemory(ByteBuffer page) {
        this.page = page.duplicate().clear();
        if (page.capacity() < RingLayout.PAGE_SIZE) {
            throw new IllegalArgumentException("a XenStore ring of " + page.capacity() + " bytes is smaller than "
                    + RingLayout.PAGE_SIZE);
        }
        if (!page.isDirect() || page.alignmentOffset(0, Integer.BYTES) != 0) {
            throw new IllegalArgumentException("the page of a XenStore ring is not in aligned memory outside the heap");
        }
    }

    @Override
    public int loadAcquire(int offset) {
        return (int) WORD.getAcquire(page, offset);
    }

    @Override
    public void storeRelease(int offset, int value) {
        WORD.setRelease(page, offset, value);
    }

    @Override
    void get(int offset, ByteBuffer target, int count) {
        target.put(target.position(), page, offset, count);
        target.position(target.position() + count);
    }

    @Override
    void put(int offset, ByteBuffer source, int count) {
        page.put(offset, source, source.position(), count);
        source.position(source.position() + count);
    }
}
