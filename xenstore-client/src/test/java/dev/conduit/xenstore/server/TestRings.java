package dev.conduit.xenstore.server;

import dev.conduit.xenstore.GuestRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A platform of pages in this JVM: the page of domain d has frame number d + 1000, its port number d + 2000. */
final class TestRings implements GuestRings {

    static final int FRAME = 1000;
    static final int PORT = 2000;

    /** A count of events that one can wait for. */
    private static final class Bell {
        private long count;

        synchronized long count() {
            return count;
        }

        synchronized void ring() {
            count++;
            notifyAll();
        }

        synchronized long await(long seen, long deadline) throws InterruptedException {
            for (long left = deadline - System.nanoTime(); count == seen && left > 0;
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return count;
        }
    }

    /** The guest's end; made with its page zeroed and marked as waiting for a server. */
    static final class Guest implements GuestRing {
        private final int domain;
        private final ByteBuffer page;
        private final Bell bell = new Bell();
        private volatile ServerRing.Listener server;

        private Guest(int domain) {
            this.domain = domain;
            page = ByteBuffer.allocateDirect(4096 + 8).alignedSlice(8).slice(0, 4096).order(ByteOrder.nativeOrder());
            GuestRing.expectServer(page);
        }

        int frame() {
            return domain + FRAME;
        }

        int port() {
            return domain + PORT;
        }

        @Override
        public ByteBuffer page() {
            return page;
        }

        @Override
        public void notifyPeer() {
            ServerRing.Listener bound = server;
            if (bound != null) {
                bound.event();
            }
        }

        @Override
        public long events() {
            return bell.count();
        }

        @Override
        public long await(long seen, long deadline) throws InterruptedException {
            return bell.await(seen, deadline);
        }

        @Override
        public void wakeUp() {
            bell.ring();
        }

        @Override
        public void close() {
            server = null;
        }
    }

    private final class Mapped implements ServerRing {
        private final Guest guest;
        private boolean bound;
        private boolean open = true;

        Mapped(Guest guest) {
            this.guest = guest;
            mapped.incrementAndGet();
        }

        @Override
        public ByteBuffer page() {
            return guest.page;
        }

        @Override
        public void bind(int port, Listener listener) throws IOException {
            if (port != guest.port() || guest.server != null) {
                throw new IOException("port " + port + " of domain " + guest.domain + " cannot be bound");
            }
            bound = true;
            guest.server = new Listener() {
                @Override
                public void event() {
                    listener.event();
                    wakeUp();
                }

                @Override
                public void gone() {
                    listener.gone();
                    wakeUp();
                }
            };
            guest.server.event();
        }

        @Override
        public void notifyPeer() {
            guest.bell.ring();
        }

        @Override
        public synchronized void close() {
            if (open) {
                open = false;
                mapped.decrementAndGet();
                if (bound) {
                    guest.server = null;
                }
            }
        }
    }

    private final Map<Integer, Guest> guests = new ConcurrentHashMap<>();
    private final AtomicInteger mapped = new AtomicInteger();
    private final Bell bell = new Bell();
    private long seen;
    private volatile boolean closed;

    /** The ring of a domain, the same at each call. */
    Guest guest(int domain) {
        return guests.computeIfAbsent(domain, Guest::new);
    }

    /** The domain dies without a word. */
    void kill(int domain) {
        guest(domain).server.gone();
    }

    int mapped() {
        return mapped.get();
    }

    boolean closed() {
        return closed;
    }

    @Override
    public ServerRing map(int domain, long frame) throws IOException {
        Guest guest = guests.get(domain);
        if (guest == null || frame != guest.frame()) {
            throw new IOException("frame " + frame + " of domain " + domain + " cannot be mapped");
        }
        return new Mapped(guest);
    }

    @Override
    public void await(long deadline) throws InterruptedException {
        seen = bell.await(seen, deadline);
    }

    @Override
    public void wakeUp() {
        bell.ring();
    }

    @Override
    public void close() {
        closed = true;
    }
}
