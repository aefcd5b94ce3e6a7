package dev.conduit.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.PlatformLostException;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Pending bits in memory, and a record of who takes them. */
final class FakeEventSource implements EventSource {

    private final BitSet pending = new BitSet();
    private boolean interrupted;
    private boolean lost;
    private final AtomicInteger inTake = new AtomicInteger();

    /** The thread that is waiting in take, or null. */
    volatile Thread taking;
    volatile Thread lastTaker;
    volatile int takes;
    volatile boolean overlapped;

    synchronized void raise(int port) {
        pending.set(port);
        notifyAll();
    }

    /** Makes take fail from now on. */
    synchronized void lose() {
        lost = true;
        notifyAll();
    }

    synchronized boolean isPending(int port) {
        return pending.get(port);
    }

    @Override
    public synchronized void interrupt() {
        interrupted = true;
        notifyAll();
    }

    @Override
    public int take(int[] ports, long timeoutNanos) throws PlatformLostException {
        assertThat(timeoutNanos).isNotNegative();
        if (inTake.incrementAndGet() != 1) {
            overlapped = true;
        }
        boolean restore = false;
        try {
            synchronized (this) {
                takes++;
                lastTaker = Thread.currentThread();
                long deadline = System.nanoTime() + timeoutNanos;
                long remaining = timeoutNanos;
                while (pending.isEmpty() && !interrupted && !lost && remaining > 0) {
                    taking = Thread.currentThread();
                    try {
                        TimeUnit.NANOSECONDS.timedWait(this, remaining);
                    } catch (InterruptedException e) {
                        restore = true;
                    }
                    remaining = deadline - System.nanoTime();
                }
                taking = null;
                interrupted = false;
                if (lost) {
                    throw new PlatformLostException("the fake platform is lost");
                }
                int count = 0;
                for (int port = pending.nextSetBit(0); port >= 0 && count < ports.length;
                        port = pending.nextSetBit(port + 1)) {
                    ports[count++] = port;
                    pending.clear(port);
                }
                return count;
            }
        } finally {
            inTake.decrementAndGet();
            if (restore) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
