package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.vchan.VchanState;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;

/** What the end of a connection means in XenStore, for each side and layout; each step is the inside of a transaction. */
enum EndKind {
    /** A server of this layout. */
    SERVER {
        @Override
        PeerEnd peerEnded(XenStoreOperations transaction, FlowNodes nodes, VchanState state) throws XenStoreException {
            return ServerTransitions.clientEnded(transaction, nodes);
        }

        @Override
        void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ServerTransitions.close(transaction, nodes);
        }

        @Override
        void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ServerTransitions.abandon(transaction, nodes);
        }
    },
    /** A client of this layout. */
    CLIENT {
        @Override
        PeerEnd peerEnded(XenStoreOperations transaction, FlowNodes nodes, VchanState state) throws XenStoreException {
            return ClientTransitions.serverEnded(transaction, nodes);
        }

        @Override
        void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ClientTransitions.close(transaction, nodes);
        }

        @Override
        void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ClientTransitions.abandon(transaction, nodes);
        }
    },
    /** A server whose client speaks the older Mirage layout: the flow record is the server's own, for others to read. */
    MIRAGE_SERVER {
        @Override
        PeerEnd peerEnded(XenStoreOperations transaction, FlowNodes nodes, VchanState state) {
            return inSharedMemory(state);
        }

        @Override
        void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ServerTransitions.abandon(transaction, nodes);
        }

        @Override
        void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            ServerTransitions.abandon(transaction, nodes);
        }
    },
    /** A client of a server that speaks the older Mirage layout: there is nothing but its request. */
    MIRAGE_CLIENT {
        @Override
        PeerEnd peerEnded(XenStoreOperations transaction, FlowNodes nodes, VchanState state) {
            return inSharedMemory(state);
        }

        @Override
        void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            Nodes.remove(transaction, Layout.mirage(nodes.name(), nodes.peerName(), nodes.connection()));
        }

        @Override
        void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
            close(transaction, nodes);
        }
    };

    /** Finds out how the peer ended, and clears up after a crash. */
    abstract PeerEnd peerEnded(XenStoreOperations transaction, FlowNodes nodes, VchanState state)
            throws XenStoreException;

    /** This side closes. */
    abstract void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException;

    /** Only removes: the peer never came, or spoiled what closing would write. */
    abstract void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException;

    /** Without a flow record a process that died looks like one that closed; a domain that is gone does not. */
    private static PeerEnd inSharedMemory(VchanState state) {
        return state == VchanState.PEER_GONE ? PeerEnd.LOST : PeerEnd.CLOSED;
    }
}
