package dev.conduit.synjitsu.handover;

import dev.conduit.core.net.FrameLink;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A link whose other end is a test. */
final class MemoryLink implements FrameLink {

    final BlockingQueue<ByteBuffer> toFront = new LinkedBlockingQueue<>();
    final BlockingQueue<ByteBuffer> fromFront = new LinkedBlockingQueue<>();
    /** Whoever has it keeps the front from what comes next: frames, and what it is told. */
    final Lock pause = new ReentrantLock();
    final AtomicInteger woken = new AtomicInteger();
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean closed;

    void put(ByteBuffer frame) {
        toFront.add(frame);
        wakes.release();
    }

    @Override
    public int receive(ByteBuffer into) throws ClosedChannelException {
        requireOpen();
        pause.lock();
        pause.unlock();
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
        woken.incrementAndGet();
        wakes.release();
    }

    @Override
    public byte[] mac() {
        return new byte[] {2, 0, 0, 0, 0, 9};
    }

    @Override
    public int mtu() {
        return 1500;
    }

    @Override
    public void close() {
        closed = true;
        wakes.release();
    }
}
