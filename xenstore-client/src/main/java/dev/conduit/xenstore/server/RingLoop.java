package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that serves all rings. Rings with something to do stand in a queue, each at most once; a visit is
 * bounded and goes on at the end of the queue. So its work depends on the rings that have work, and a guest that never
 * stops writing waits for all others in turn.
 */
final class RingLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RingLoop.class);
    /** Visits between two looks for events. */
    private static final int ROUND = 256;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int CLOSE_MILLIS = 10_000;

    private final Store store;
    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final Object storeLock;
    private final GuestRings rings;
    private final Thread thread;
    private final ByteBuffer in = ByteBuffer.allocate(WireHeader.PAYLOAD_MAX).order(WireHeader.ORDER);
    private final ByteBuffer out =
            ByteBuffer.allocate(WireHeader.SIZE + WireHeader.PAYLOAD_MAX).order(WireHeader.ORDER);
    private final Queue<RingConnection> ready = new ConcurrentLinkedQueue<>();
    /** Rings whose page and port are to be given back. */
    private final Queue<RingConnection> leaving = new ConcurrentLinkedQueue<>();
    /** By domain; guarded by the store lock. */
    private final Map<Integer, RingConnection> connections = new HashMap<>();
    /** The one being visited, which need not be queued for what it causes itself; the loop's own. */
    private RingConnection visited;
    private volatile boolean closed;

    RingLoop(Store store, Dispatcher dispatcher, int unreadLimit, Object storeLock, GuestRings rings) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.unreadLimit = unreadLimit;
        this.storeLock = storeLock;
        this.rings = rings;
        thread = new Thread(this, "xenstored-rings");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes a guest's ring, in place of the one it had. The caller holds the store lock. */
    void introduce(int domain, long frame, int port) throws IOException {
        if (closed) {
            throw new IOException("the XenStore server was closed");
        }
        ServerRing ring = rings.map(domain, frame);
        RingConnection connection = new RingConnection(this, domain, ring);
        boolean done = false;
        try {
            end(connections.get(domain));
            int named = connection.portInPage();
            ring.bind(named != 0 ? named : port, connection);
            connection.start(store.open(domain, connection), features(domain));
            connections.put(domain, connection);
            done = true;
        } finally {
            if (!done) {
                connection.detach();
                connection.closeRing();
            }
        }
    }

    /** A domain with a session is known to the store. */
    private int features(int domain) {
        try {
            return store.domains().features(domain);
        } catch (StoreError e) {
            throw new IllegalStateException(e);
        }
    }

    /** At once, because the port is about to be bound anew. */
    private void end(RingConnection old) {
        if (old != null) {
            store.close(old.session());
            old.detach();
            old.closeRing();
        }
    }

    WireConnection newWire(RingConnection connection) {
        return new WireConnection(dispatcher, unreadLimit, () -> ready(connection));
    }

    void reset(Session session) {
        store.reset(session);
    }

    /** Has a ring visited soon; from any thread, under any lock. */
    void ready(RingConnection connection) {
        boolean ours = Thread.currentThread() == thread;
        if (ours && connection == visited) {
            return;
        }
        if (connection.markQueued()) {
            ready.add(connection);
            if (!ours) {
                rings.wakeUp();
            }
        }
    }

    /** Under the store lock. */
    void detached(RingConnection connection) {
        connections.remove(connection.domain(), connection);
        leaving.add(connection);
        rings.wakeUp();
    }

    /** How many guests are served; the caller holds the store lock. */
    int count() {
        return connections.size();
    }

    void close() {
        closed = true;
        rings.wakeUp();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the ring thread of the XenStore server still runs; it ends by itself");
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                rings.await(System.nanoTime() + (ready.isEmpty() ? IDLE_NANOS : 0));
                serveReady();
                closeLeaving();
            }
        } catch (IOException | InterruptedException e) {
            LOG.error("no XenStore ring is served any more", e);
        } finally {
            closeAll();
        }
    }

    private void serveReady() {
        for (int i = 0; i < ROUND; i++) {
            RingConnection connection = ready.poll();
            if (connection == null) {
                return;
            }
            connection.clearQueued();
            if (visit(connection)) {
                ready(connection);
            }
        }
    }

    private boolean visit(RingConnection connection) {
        synchronized (storeLock) {
            if (connection.detached()) {
                return false;
            }
            visited = connection;
            try {
                if (connection.domainGone()) {
                    store.domains().release(connection.domain());
                    return false;
                }
                return connection.serve(in, out);
            } catch (RuntimeException e) {
                // One guest that goes wrong must not end the others.
                LOG.error("serving the ring of domain {} failed", connection.domain(), e);
                connection.fail();
                return false;
            } finally {
                visited = null;
            }
        }
    }

    private void closeLeaving() {
        for (RingConnection next = leaving.poll(); next != null; next = leaving.poll()) {
            next.closeRing();
        }
    }

    private void closeAll() {
        synchronized (storeLock) {
            closed = true;
            List.copyOf(connections.values()).forEach(connection -> {
                store.close(connection.session());
                connection.detach();
            });
        }
        closeLeaving();
        rings.close();
    }
}
