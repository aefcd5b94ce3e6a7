package dev.conduit.bench.vchan;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The limit of what vchan's rings can do: the same four indices and two rings in a file that both processes map, the
 * same memory order, but no checks, no events, no sleep. What is too short for a piece at a ring's end is skipped, since
 * a mapped file is not mirrored; the other side, which asks for pieces of the same size, skips it, too.
 */
final class RawRing implements Views {

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final int PAGE = 4096;
    private static final int RING = 65536;

    private final MappedByteBuffer memory;
    private final ByteBuffer outView;
    private final ByteBuffer inView;
    private final int prod;
    private final int prodPeer;
    private final int cons;
    private final int consPeer;
    private int written;
    private int read;
    private int peerRead;
    private int peerWritten;

    /** Maps the file; the client writes the left ring, the server the right one. */
    RawRing(Path file, boolean server) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE + 2 * RING);
        }
        ByteBuffer left = memory.slice(PAGE, RING).order(ByteOrder.nativeOrder());
        ByteBuffer right = memory.slice(PAGE + RING, RING).order(ByteOrder.nativeOrder());
        outView = server ? right : left;
        inView = server ? left : right;
        // left.cons, left.prod, right.cons, right.prod, as in vchan's control page.
        prod = server ? 12 : 4;
        consPeer = server ? 8 : 0;
        cons = server ? 0 : 8;
        prodPeer = server ? 4 : 12;
    }

    @Override
    public ByteBuffer reserve(int atLeast) {
        written += skipped(written, atLeast);
        int offset = written & RING - 1;
        while (RING - (written - peerRead) < atLeast) {
            Thread.onSpinWait();
            peerRead = (int) WORD.getAcquire(memory, consPeer);
        }
        return outView.limit(Math.min(RING, offset + RING - (written - peerRead))).position(offset);
    }

    @Override
    public void commit(int count) {
        written += count;
        WORD.setRelease(memory, prod, written);
    }

    @Override
    public ByteBuffer peek(int atLeast) {
        read += skipped(read, atLeast);
        int offset = read & RING - 1;
        while (peerWritten - read < atLeast) {
            Thread.onSpinWait();
            peerWritten = (int) WORD.getAcquire(memory, prodPeer);
        }
        return inView.limit(Math.min(RING, offset + (peerWritten - read))).position(offset);
    }

    @Override
    public void release(int count) {
        read += count;
        WORD.setRelease(memory, cons, read);
    }

    private static int skipped(int index, int atLeast) {
        int left = RING - (index & RING - 1);
        return left < atLeast ? left : 0;
    }

    @Override
    public long events() {
        return 0;
    }

    @Override
    public void close() {
        // The memory goes with the process.
    }
}
