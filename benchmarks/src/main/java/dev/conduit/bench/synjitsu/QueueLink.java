package dev.conduit.bench.synjitsu;

import dev.conduit.core.net.FrameLink;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A link in memory, whose other end is the benchmark. */
final class QueueLink implements FrameLink {

    private static final long PATIENCE_SECONDS = 30;
    private static final int MTU = 1500;

    private final BlockingQueue<ByteBuffer> toFront = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> fromFront = new LinkedBlockingQueue<>();
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean closed;

    void put(ByteBuffer frame) {
        toFront.add(frame);
        wakes.release();
    }

    ByteBuffer take() throws InterruptedException {
        ByteBuffer frame = fromFront.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new IllegalStateException("the front has not answered within " + PATIENCE_SECONDS + " s");
        }
        return frame;
    }

    @Override
    public int receive(ByteBuffer into) throws ClosedChannelException {
        requireOpen();
        ByteBuffer frame = toFront.poll();
        if (frame == null) {
            return 0;
        }
        int length = frame.remaining();
        into.put(frame);
        return length;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean send(ByteBuffer frame) {
        fromFront.add(ByteBuffer.allocate(frame.remaining()).put(frame).flip());
        return true;
    }

    @Override
    public boolean await(long deadline) throws ClosedChannelException {
        requireOpen();
        try {
            return wakes.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ClosedChannelException();
        }
    }

    @Override
    public void wakeUp() {
        wakes.release();
    }

    @Override
    public byte[] mac() {
        return new byte[] {2, 0, 0, 0, 0, 9};
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public void close() {
        closed = true;
        wakes.release();
    }
}
