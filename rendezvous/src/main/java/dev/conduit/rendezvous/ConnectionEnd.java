package dev.conduit.rendezvous;

import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanState;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connection ends, on our side and on the peer's: once each, and with what XenStore has to say and to forget.
 * Thread-safe.
 */
final class ConnectionEnd {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionEnd.class);

    private final EndKind kind;
    private final FlowNodes nodes;
    private final VchanChannel channel;
    private final Store store;
    private final Runnable afterwards;

    private boolean closed;
    private boolean cleared;
    private PeerEnd peerEnd;

    /** @param afterwards runs once, when this side has closed */
    ConnectionEnd(EndKind kind, FlowNodes nodes, VchanChannel channel, Store store, Runnable afterwards) {
        this.kind = kind;
        this.nodes = nodes;
        this.channel = channel;
        this.store = store;
        this.afterwards = afterwards;
    }

    boolean isServer() {
        return kind == EndKind.SERVER || kind == EndKind.MIRAGE_SERVER;
    }

    FlowNodes nodes() {
        return nodes;
    }

    /**
     * Finds out how the peer ended, once shared memory says that it has; clears up what a crash left.
     *
     * @throws ClosedChannelException when this side closed before that
     */
    synchronized PeerEnd peerEnd() throws ClosedChannelException {
        if (peerEnd == null) {
            if (closed) {
                throw new ClosedChannelException();
            }
            peerEnd = findOut();
        }
        return peerEnd;
    }

    private PeerEnd findOut() {
        if (channel.state() == VchanState.PLATFORM_LOST) {
            return PeerEnd.LOST;
        }
        PeerEnd[] found = {PeerEnd.LOST};
        boolean done = store.cleanUp("end of flow " + nodes.flow(), transaction -> {
            found[0] = kind.peerEnded(transaction, nodes, channel.state());
        });
        cleared = done && found[0] == PeerEnd.LOST;
        return found[0];
    }

    /** For the background: true when there is nothing more to find out. */
    boolean settled() {
        VchanState state = channel.state();
        if (state != VchanState.PEER_CLOSED && state != VchanState.PEER_GONE && state != VchanState.PLATFORM_LOST) {
            return state == VchanState.CLOSED || state == VchanState.VIOLATED;
        }
        try {
            peerEnd();
        } catch (ClosedChannelException closedMeanwhile) {
            LOG.trace("flow {} was closed on this side", nodes.flow());
        }
        return true;
    }

    /** Closes this side: the flow record first, so that the peer finds it when it sees the end in shared memory. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (!cleared && channel.state() != VchanState.PLATFORM_LOST) {
                store.cleanUp("close of flow " + nodes.flow(), transaction -> kind.close(transaction, nodes),
                        transaction -> kind.abandon(transaction, nodes));
            }
        }
        channel.close();
        afterwards.run();
    }

    /** Takes a connection back that the client never attached to. */
    void abandon() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            store.cleanUp("withdrawal of flow " + nodes.flow(),
                    transaction -> kind.abandon(transaction, nodes));
        }
        channel.close();
        afterwards.run();
    }
}
