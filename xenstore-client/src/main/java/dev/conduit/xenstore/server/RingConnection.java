package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ring.PageMemory;
import dev.conduit.xenstore.ring.RingError;
import dev.conduit.xenstore.ring.RingIndexException;
import dev.conduit.xenstore.ring.RingLayout;
import dev.conduit.xenstore.ring.RingReader;
import dev.conduit.xenstore.server.store.EventSink;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.wire.Features;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves bytes between a guest's ring and a {@link WireConnection}. All but the listener's part is guarded by the store
 * lock; nothing here waits.
 *
 * <p>The guest may write anything into the page at any time. Each word of it is read once, each byte is copied before
 * it is looked at, and a visit moves one ring's worth of bytes each way at most, so what a guest writes can only cost
 * itself its connection: the error field is set, its watches and transactions are gone, and it is left alone until it
 * asks for a new connection or is introduced anew. The domain stays until it is released, so that
 * {@code @releaseDomain} fires at its end and not before.
 */
final class RingConnection implements EventSink, ServerRing.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(RingConnection.class);

    private final RingLoop loop;
    private final int domain;
    private final ServerRing ring;
    private final PageMemory memory;
    private final RingReader requests;
    private final RingOutput output;
    /** Whether the loop will visit this ring anyway. Cleared before the visit: what comes later is seen or queued. */
    private final AtomicBoolean queued = new AtomicBoolean();
    private volatile boolean gone;
    private Session session;
    private boolean reconnects;
    private WireConnection wire;
    private RingError error = RingError.NONE;
    private boolean failed;
    private boolean detached;
    private boolean moved;

    RingConnection(RingLoop loop, int domain, ServerRing ring) {
        this.loop = loop;
        this.domain = domain;
        this.ring = ring;
        memory = new PageMemory(ring.page());
        requests = RingReader.ofRequests(memory);
        output = new RingOutput(memory);
    }

    int domain() {
        return domain;
    }

    /** The port the page itself names, or 0. */
    int portInPage() {
        return memory.loadAcquire(RingLayout.EVTCHN_PORT);
    }

    /** Begins to serve, with an empty ring; the features are those of wire/Features the domain has. */
    void start(Session newSession, int features) {
        session = newSession;
        reconnects = (features & Features.RECONNECTION) != 0;
        memory.storeRelease(RingLayout.SERVER_FEATURES, features);
        connect();
        notifyGuest();
    }

    /** Begins at the first byte of both rings; only then the guest may look at them. */
    private void connect() {
        wire = loop.newWire(this);
        wire.attach(session);
        error = RingError.NONE;
        requests.reset();
        output.reset();
        memory.storeRelease(RingLayout.ERROR, error.code());
        memory.storeRelease(RingLayout.CONNECTION, RingLayout.CONNECTED);
        moved = true;
    }

    Session session() {
        return session;
    }

    boolean detached() {
        return detached;
    }

    /** Whether the domain ended without being released. */
    boolean domainGone() {
        return gone;
    }

    /** Marks it; false when it was marked already. */
    boolean markQueued() {
        return queued.compareAndSet(false, true);
    }

    void clearQueued() {
        queued.set(false);
    }

    /** Handles what one ring holds and sends what fits; whether there is more to do without an event. */
    boolean serve(ByteBuffer in, ByteBuffer out) {
        boolean more = false;
        try {
            if (reconnects && memory.loadAcquire(RingLayout.CONNECTION) == RingLayout.RECONNECT) {
                wire.closed();
                loop.reset(session);
                connect();
            }
            if (error == RingError.NONE) {
                more = exchange(in, out);
            }
        } catch (RingIndexException e) {
            giveUp(RingError.RING_INDEX, e.getMessage());
        }
        notifyGuest();
        return more;
    }

    private boolean exchange(ByteBuffer in, ByteBuffer out) throws RingIndexException {
        moved |= output.send(wire, out);
        if (wire.canResume()) {
            wire.resume();
        }
        if (wire.wantsInput()) {
            receive(in);
        }
        if (detached) {
            // By a request of its own: the page belongs to the next connection.
            return false;
        }
        moved |= output.send(wire, out);
        if (wire.broken() != null) {
            giveUp(wire.malformed() ? RingError.PROTOCOL : RingError.COMMUNICATION, wire.broken());
            return false;
        }
        return wire.canResume() && !output.isBlocked() || wire.wantsInput() && requests.available() > 0;
    }

    private void receive(ByteBuffer in) throws RingIndexException {
        in.clear().limit(RingLayout.RING_SIZE);
        if (requests.read(in) > 0) {
            moved = true;
            wire.receive(in.flip());
        }
    }

    /** After a fault of the server's own. */
    void fail() {
        giveUp(RingError.COMMUNICATION, "the server failed");
        notifyGuest();
    }

    /** Leaves the guest alone from now on. */
    private void giveUp(RingError reason, String text) {
        // Once: a guest that fails on purpose must not fill the log.
        if (failed) {
            LOG.debug("giving up the ring of domain {} again: {}", domain, text);
        } else {
            LOG.info("giving up the ring of domain {}: {}", domain, text);
        }
        failed = true;
        error = reason;
        output.forget();
        wire.closed();
        loop.reset(session);
        memory.storeRelease(RingLayout.ERROR, reason.code());
        moved = true;
    }

    /** One event for all that moved: it comes behind the last index, and events coalesce anyway. */
    private void notifyGuest() {
        if (moved) {
            moved = false;
            try {
                ring.notifyPeer();
            } catch (IOException e) {
                LOG.debug("domain {} cannot be notified: {}", domain, e.getMessage());
            }
        }
    }

    @Override
    public void event(String path, String token) {
        if (error == RingError.NONE) {
            wire.event(path, token);
        }
    }

    @Override
    public void closed() {
        wire.closed();
    }

    /** The session is closed already. */
    @Override
    public void released() {
        detach();
    }

    /** Tells the guest that nobody listens any more; page and port go back with {@link #closeRing}. */
    void detach() {
        if (session != null) {
            wire.released();
            memory.storeRelease(RingLayout.ERROR, RingError.COMMUNICATION.code());
            moved = true;
            notifyGuest();
        }
        detached = true;
        output.forget();
        loop.detached(this);
    }

    /** Outside the store lock when it can be: the platform may have to ask the hypervisor. */
    void closeRing() {
        ring.close();
    }

    @Override
    public void event() {
        loop.ready(this);
    }

    @Override
    public void gone() {
        gone = true;
        loop.ready(this);
    }
}
