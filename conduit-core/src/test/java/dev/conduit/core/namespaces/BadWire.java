package dev.conduit.core.namespaces;

import dev.conduit.core.net.FrameLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Carries frames between two links, badly: 2 of 100 are lost, 1 comes twice, each takes 2 to 6 ms, so that many are
 * overtaken. The kernel's netem would do, where a kernel has it.
 */
public final class BadWire implements AutoCloseable {

    private static final int LOST = 2;
    private static final int TWICE = 1;
    private static final int OF = 100;
    private static final long LEAST_NANOS = 2_000_000;
    private static final int MORE_NANOS = 4_000_000;
    private static final int MOST_UNDER_WAY = 1000;

    private final FrameLink left;
    private final FrameLink right;

    /** @param seed decides what happens to each frame */
    public BadWire(FrameLink left, FrameLink right, long seed) {
        this.left = left;
        this.right = right;
        new Thread(() -> carry(left, right, new Random(seed)), "wire to the right").start();
        new Thread(() -> carry(right, left, new Random(seed + 1)), "wire to the left").start();
    }

    private record Late(long due, byte[] frame) {
    }

    private static void carry(FrameLink from, FrameLink to, Random random) {
        PriorityQueue<Late> underWay = new PriorityQueue<>(Comparator.comparingLong(Late::due));
        ByteBuffer frame = ByteBuffer.allocateDirect(FrameLink.MAX_FRAME);
        try {
            while (true) {
                while (from.receive(frame.clear()) > 0) {
                    byte[] bytes = new byte[frame.flip().remaining()];
                    frame.get(bytes);
                    int fate = random.nextInt(OF);
                    int copies = fate < LOST ? 0 : fate < LOST + TWICE ? 2 : 1;
                    for (int i = 0; i < copies && underWay.size() < MOST_UNDER_WAY; i++) {
                        underWay.add(new Late(System.nanoTime() + LEAST_NANOS + random.nextInt(MORE_NANOS), bytes));
                    }
                }
                while (!underWay.isEmpty() && underWay.peek().due() - System.nanoTime() <= 0) {
                    to.send(ByteBuffer.wrap(underWay.poll().frame()));
                }
                from.await(underWay.isEmpty() ? System.nanoTime() + MORE_NANOS : underWay.peek().due());
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
