package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.server.GuestRings;
import dev.conduit.xenstore.server.ServerRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Guests of our server in this JVM: a page for each domain, whatever frame and port INTRODUCE names. */
public class OurRings implements GuestRings {

    private static final int PAGE = 4096;

    private final Map<Integer, ByteBuffer> pages = new ConcurrentHashMap<>();
    private final Map<Integer, ServerRing.Listener> listeners = new ConcurrentHashMap<>();
    private final Semaphore events = new Semaphore(0);

    /** The page of a domain, the same at each call. */
    public ByteBuffer page(int domain) {
        return pages.computeIfAbsent(domain, any -> ByteBuffer.allocateDirect(PAGE + Long.BYTES)
                .alignedSlice(Long.BYTES).slice(0, PAGE));
    }

    /** The event of a guest. */
    public void kick(int domain) {
        ServerRing.Listener listener = listeners.get(domain);
        if (listener != null) {
            listener.event();
            events.release();
        }
    }

    @Override
    public ServerRing map(int domain, long frame) throws IOException {
        return new ServerRing() {
            @Override
            public ByteBuffer page() {
                return OurRings.this.page(domain);
            }

            @Override
            public void bind(int port, Listener listener) {
                listeners.put(domain, listener);
                kick(domain);
            }

            @Override
            public void notifyPeer() {
                // The guest looks at its page instead of waiting for events.
            }

            @Override
            public void close() {
                // Another ring of the domain may have taken the place of this one already.
            }
        };
    }

    @Override
    public void await(long deadline) throws InterruptedException {
        events.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        events.drainPermits();
    }

    @Override
    public void wakeUp() {
        events.release();
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
