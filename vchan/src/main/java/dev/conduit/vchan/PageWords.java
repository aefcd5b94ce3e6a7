package dev.conduit.vchan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link SharedWords} in real memory. */
final class PageWords extends SharedWords {

    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer page;

    PageWords(ByteBuffer page) {
        this.page = page;
    }

    @Override
    int loadIndexAcquire(int offset) {
        return (int) WORD.getAcquire(page, offset);
    }

    @Override
    void storeIndexRelease(int offset, int value) {
        WORD.setRelease(page, offset, value);
    }

    @Override
    int loadFlagsAcquire() {
        return (int) WORD.getAcquire(page, VchanPage.FLAGS);
    }

    @Override
    void orFlags(int bits) {
        // Taken as an int: the types must match exactly for the call to be compiled to one instruction.
        int before = (int) WORD.getAndBitwiseOr(page, VchanPage.FLAGS, bits);
    }

    @Override
    int getAndMaskFlags(int mask) {
        return (int) WORD.getAndBitwiseAnd(page, VchanPage.FLAGS, mask);
    }

    @Override
    void storeLiveRelease(int offset, int value) {
        VarHandle.releaseFence();
        page.put(offset, (byte) value);
    }

    @Override
    void fullFence() {
        VarHandle.fullFence();
    }
}
