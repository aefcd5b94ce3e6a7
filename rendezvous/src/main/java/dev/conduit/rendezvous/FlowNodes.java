package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Optional;

/**
 * Where one established connection stands in XenStore.
 *
 * @param name the name that was asked for
 * @param peerName what the client is called in {@code established}
 * @param connection the connection's id
 * @param flow the flow's id
 * @param server the server's domain
 * @param client the client's domain
 */
record FlowNodes(
        String name, String peerName, String connection, String flow, DomainId server, DomainId client) {

    FlowNodes calling(String newPeerName) {
        return new FlowNodes(name, newPeerName, connection, flow, server, client);
    }

    String flowPath() {
        return Layout.flow(flow);
    }

    String establishedPath() {
        return Layout.established(name, peerName, connection);
    }

    String vchanPath() {
        return Layout.vchan(server, client, connection);
    }

    /** What we write, from what we know: nothing of what the other side wrote is carried on. */
    FlowRecord record(FlowState state) {
        return new FlowRecord(state).with(FlowRecord.SERVER, name).with(FlowRecord.CLIENT, peerName)
                .with(FlowRecord.CONNECTION, connection);
    }

    /** The record; empty when it is gone, or no longer readable or parseable, which the peer may bring about. */
    Optional<FlowRecord> readFlow(XenStoreOperations store) throws XenStoreException {
        try {
            return store.readOptional(flowPath()).map(FlowRecord::parse);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Server: takes the connection out of {@code established} and the vchan out of its home, with emptied folders. */
    void removeServerNodes(XenStoreOperations transaction) throws XenStoreException {
        Nodes.remove(transaction, establishedPath());
        Nodes.removeIfEmpty(transaction, Layout.established(name, peerName));
        removeVchan(transaction, server, client, connection);
    }

    static void removeVchan(XenStoreOperations transaction, DomainId server, DomainId client, String connection)
            throws XenStoreException {
        Nodes.remove(transaction, Layout.vchan(server, client, connection));
        Nodes.removeIfEmpty(transaction, Layout.vchans(server, client));
        Nodes.removeIfEmpty(transaction, Layout.vchans(server));
    }
}
