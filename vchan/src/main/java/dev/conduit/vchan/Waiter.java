package dev.conduit.vchan;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a half has enough bytes or space. One object serves both directions: everything it changes belongs to the
 * half.
 *
 * <p>The order that keeps a wake-up from being lost: publish everything (the peer may need it to go on); spin; read the
 * event count; set the request bit; full fence; look at the index again; look at the peer's life; sleep until the count
 * changes. The peer publishes its index, fences, and tests the request bit: so either this side sees the index or the
 * peer sees the bit and raises the count. After an end was seen the index is looked at once more, because the peer's
 * last bytes came before its end.
 */
final class Waiter {

    /** Long enough to stand for ever in differences of {@link System#nanoTime}. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    private final Link link;
    private final EventPort port;
    private final RingHalf producer;
    private final RingHalf consumer;
    private final long watchdog;

    Waiter(Link link, RingHalf producer, RingHalf consumer, long watchdog) {
        this.link = link;
        this.port = link.port();
        this.producer = producer;
        this.consumer = consumer;
        this.watchdog = watchdog;
    }

    /** As the one below, from now. */
    boolean await(RingHalf half, int atLeast, long timeout) throws IOException {
        return await(half, atLeast, timeout, System.nanoTime());
    }

    /**
     * Waits.
     *
     * @param timeout nanoseconds; 0 looks once; {@link #FOREVER}
     * @param start the nano time from which it counts
     * @return whether {@code atLeast} are there; false when the peer has ended with fewer
     */
    boolean await(RingHalf half, int atLeast, long timeout, long start) throws IOException {
        if (half.poll() >= atLeast) {
            return true;
        }
        publishBoth();
        if (timeout == 0) {
            if (!link.peerEnded()) {
                throw timeout(half, atLeast, 0);
            }
            return half.poll() >= atLeast;
        }
        return half.spin(atLeast, timeout) || sleep(half, atLeast, start, timeout);
    }

    /** Publishes what either half has kept back. */
    void publishBoth() {
        producer.publishDeferred();
        consumer.publishDeferred();
    }

    private boolean sleep(RingHalf half, int atLeast, long start, long timeout) throws IOException {
        long asleep = 0;
        while (true) {
            long seen = port.events();
            half.request(); // ends in a full fence: the looks below come after it
            if (half.poll() >= atLeast) {
                if (asleep != 0) {
                    half.slept(System.nanoTime() - asleep);
                }
                return true;
            }
            if (link.peerEnded()) {
                return half.poll() >= atLeast;
            }
            long now = System.nanoTime();
            if (now - start >= timeout) {
                throw timeout(half, atLeast, timeout);
            }
            asleep = asleep == 0 ? now : asleep;
            half.countWait();
            if (!sleep(seen, now + Math.min(watchdog, timeout - (now - start)))) {
                link.remindPeer();
                link.lookForPeerDomain();
            }
            link.checkStillUsable();
        }
    }

    /** Sleeps until an event came after the count was read, or the deadline; tells whether one came. */
    private boolean sleep(long seen, long deadline) throws IOException {
        try {
            return port.await(seen, deadline) != seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting on the vchan; it can still be used");
        } catch (PlatformException e) {
            IOException reason = link.lost(e);
            if (reason instanceof AsynchronousCloseException) {
                throw reason;
            }
            return true; // the link has noted the loss; the next look finds what can still be read
        }
    }

    private static VchanTimeoutException timeout(RingHalf half, int atLeast, long timeout) {
        return new VchanTimeoutException(atLeast + " bytes of " + (half instanceof Consumer ? "data" : "space")
                + " did not come within " + TimeUnit.NANOSECONDS.toMillis(timeout) + " ms: " + half.cached()
                + " of a ring of " + half.size + " are there");
    }
}
