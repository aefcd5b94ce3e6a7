package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What both directions of a channel share: the words, the event port, the peer's life, and why the channel no longer
 * works. Thread-safe.
 */
final class Link {

    private static final long LOOK_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final SharedWords words;
    private final EventPort port;
    private final Role role;
    private final DomainId peer;
    private final PeerLife life;
    private final Platform platform;
    private final LongAdder eventsSent = new LongAdder();

    /** False from the close or the violation on; the one field the fast path looks at. */
    private volatile boolean usable = true;

    private volatile boolean closed;
    private volatile VchanProtocolException violation;
    /** A persistent server has set its request for the next client. */
    private volatile boolean rearmed;
    /** PEER_GONE or PLATFORM_LOST, found out by other means than the live byte. */
    private volatile VchanState lost;
    private volatile long lastLook = System.nanoTime();

    Link(Platform platform, DomainId peer, Role role, boolean persistent, SharedWords words, EventPort port) {
        this.platform = platform;
        this.peer = peer;
        this.role = role;
        this.words = words;
        this.port = port;
        this.life = new PeerLife(role, persistent);
    }

    SharedWords words() {
        return words;
    }

    Role role() {
        return role;
    }

    Platform platform() {
        return platform;
    }

    EventPort port() {
        return port;
    }

    long eventsSent() {
        return eventsSent.sum();
    }

    /** To be called first by every call of the channel. */
    void checkUsable() throws IOException {
        if (!usable) {
            throw closed ? new ClosedChannelException() : violationAgain();
        }
    }

    /** As {@link #checkUsable}, in the middle of a call: a close in between has its own exception. */
    void checkStillUsable() throws IOException {
        if (!usable) {
            throw closed ? new AsynchronousCloseException() : violationAgain();
        }
    }

    /** Marks the channel closed; true for the first caller. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        usable = false;
        return first;
    }

    boolean closed() {
        return closed;
    }

    /** Where the channel stands; loads the flags word. */
    VchanState state() {
        if (closed) {
            return VchanState.CLOSED;
        }
        if (violation != null) {
            return VchanState.VIOLATED;
        }
        if (lost != null) {
            return lost;
        }
        boolean connectedBefore = life.connected();
        int flags = words.loadFlagsAcquire();
        VchanState state = life.judge(flags, connectedBefore);
        if (state == VchanState.WAITING && life.value(flags) == VchanPage.LIVE_GONE) {
            rearm();
        } else if (state == VchanState.OPEN && rearmed) {
            rearmed = false;
        }
        if (state == VchanState.VIOLATED) {
            String field = VchanPage.field(role.peerLive);
            violated(field, field + " is " + life.value(flags) + (connectedBefore ? " after the peer connected" : "")
                    + ": " + (role == Role.SERVER ? "2 (not yet), 1 (open), 0 (gone) are defined, in this order"
                            : "1 (open), 0 (gone) are defined"));
            return closed ? VchanState.CLOSED : violation == null ? lost : VchanState.VIOLATED;
        }
        return closed ? VchanState.CLOSED : state; // what a page shows after its close means nothing
    }

    /** The client of a persistent server has left: the next one shall tell about its first write. */
    private void rearm() {
        if (!rearmed) {
            rearmed = true;
            request(VchanPage.NOTIFY_WRITE);
        }
    }

    /** Whether no more bytes will come and none will be taken; a violation is thrown instead. */
    boolean peerEnded() throws IOException {
        VchanState state = state();
        if (state == VchanState.OPEN || state == VchanState.WAITING) {
            return false;
        }
        checkStillUsable();
        return true;
    }

    /** Throws unless writing makes sense. */
    void checkPeerOpen() throws IOException {
        if (life.steadilyOpen(words.loadFlagsAcquire()) && lost == null && !rearmed) {
            return;
        }
        if (peerEnded()) {
            VchanState state = state();
            throw new VchanPeerClosedException(state, "vchan " + role + " cannot write: "
                    + switch (state) {
                        case PEER_GONE -> "domain " + peer + " is gone";
                        case PLATFORM_LOST -> "the platform under it is gone";
                        default -> "domain " + peer + " closed its end";
                    });
        }
    }

    /** Makes the channel unusable because of what the peer did, unless the reason is that it was closed meanwhile. */
    IOException violated(String field, String message) {
        if (closed) {
            return new AsynchronousCloseException();
        }
        try {
            // A platform that was closed shows zero pages: no fault of the peer. Its ports do not work then.
            port.send();
        } catch (PlatformException e) {
            return lost(e);
        }
        synchronized (this) {
            if (closed) {
                return new AsynchronousCloseException();
            }
            if (violation == null) {
                violation = new VchanProtocolException(field, message + " (domain " + peer + ")");
                usable = false;
            }
        }
        port.wakeUp();
        return violationAgain();
    }

    /** Notes that the platform is gone; returns what to throw. */
    IOException lost(PlatformException cause) {
        if (closed) {
            return new AsynchronousCloseException();
        }
        lost = VchanState.PLATFORM_LOST;
        return cause instanceof PlatformLostException ? cause
                : new PlatformException("the platform under the vchan to domain " + peer + " was closed", cause);
    }

    /**
     * Sends an event when the peer has not read everything: after a wait that no event ended it may have lost one. So do
     * vchan-socket-proxy, which takes the events of a connect and of a first write for one, and peers without fences.
     */
    void remindPeer() {
        if (words.loadIndexAcquire(role.ownProd) != words.loadIndexAcquire(role.peerCons)) {
            send();
        }
    }

    /** Finds out whether the peer's domain still exists, by an exchange with the platform at most once a second. */
    void lookForPeerDomain() {
        long now = System.nanoTime();
        if (now - lastLook < LOOK_INTERVAL) {
            return;
        }
        lastLook = now;
        try {
            if (!platform.isAlive(peer)) {
                lost = VchanState.PEER_GONE;
            }
        } catch (PlatformLostException e) {
            lost = VchanState.PLATFORM_LOST;
        } catch (PlatformException e) {
            // The question could not be asked: the live byte and the next try will tell.
            return;
        }
    }

    /** Asks the peer for an event at its next write or read. A later load sees what it did before it saw this. */
    void request(int notifyBit) {
        words.orFlags(notifyBit << role.requestShift);
        words.fullFence(); // pairs with the fence in sendIfAsked: one of the two sides sees what the other did
    }

    /** After an index was published: sends an event if the peer asked for it. */
    void sendIfAsked(int notifyBit) {
        words.fullFence(); // pairs with the fence in request
        int bit = notifyBit << role.askedShift;
        if ((words.loadFlagsAcquire() & bit) != 0 && (words.getAndMaskFlags(~bit) & bit) != 0) {
            send();
        }
    }

    /** Sends an event; a dead platform is noted, not thrown, because the bytes are in the ring already. */
    void send() {
        try {
            port.send();
            eventsSent.increment();
        } catch (PlatformException e) {
            lost(e);
        }
    }

    @Override
    public String toString() {
        return role + " with domain " + peer;
    }

    private VchanProtocolException violationAgain() {
        VchanProtocolException again = new VchanProtocolException(violation.field(), violation.getMessage());
        again.initCause(violation);
        return again;
    }
}
