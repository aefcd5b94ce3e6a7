package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A queue entry and its flow record, read and checked. Who asks is the owner of the entry; the flow must be its own.
 *
 * @param connection the entry's name
 * @param flow the flow's id
 * @param client who asks
 * @param record the flow record, still connecting
 */
record Request(String connection, String flow, DomainId client, FlowRecord record) {

    /** A queue entry that no well-behaved client writes; the message says what is wrong with it. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads an entry.
     *
     * @return the request; empty when the client withdrew it, or died, in the meantime
     */
    static Optional<Request> read(XenStoreOperations store, String name, String connection)
            throws MalformedException, XenStoreException {
        if (!ConnectionId.isConnection(connection)) {
            throw new MalformedException("its name is not 1 to " + ConnectionId.MAX_CONNECTION + " name characters");
        }
        String path = Layout.listen(name, connection);
        try {
            Optional<XenStoreNode> entry = store.node(path);
            Optional<DomainId> client = entry.flatMap(Nodes::owner);
            if (client.isEmpty()) {
                return Optional.empty();
            }
            String flow = new String(entry.get().value(), StandardCharsets.ISO_8859_1);
            if (!ConnectionId.isFlow(flow)) {
                throw new MalformedException("its value is not 1 to " + ConnectionId.MAX_FLOW + " name characters");
            }
            return Optional.of(new Request(connection, flow, client.get(), flow(store, name, flow, client.get())));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new MalformedException("the server has no right to read it, or its flow");
            }
            throw refused;
        }
    }

    /**
     * Looks again, inside the transaction that answers: a client that withdraws takes entry and flow out together, so
     * the flow tells of both, and nobody else can remove or change it.
     *
     * @return false when the flow is gone, answered or another domain's
     */
    boolean stillStands(XenStoreOperations transaction, String name) throws XenStoreException {
        try {
            return flow(transaction, name, flow, client).equals(record);
        } catch (MalformedException changed) {
            return false;
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("ENOENT")) {
                return false;
            }
            throw refused;
        }
    }

    private static FlowRecord flow(XenStoreOperations store, String name, String flow, DomainId client)
            throws MalformedException, XenStoreException {
        Optional<XenStoreNode> node = store.node(Layout.flow(flow));
        if (!node.flatMap(Nodes::owner).equals(Optional.of(client))) {
            throw new MalformedException("its flow is not the same domain's");
        }
        FlowRecord record;
        try {
            record = FlowRecord.parse(node.get().value());
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(malformed.getMessage());
        }
        if (record.state() != FlowState.CONNECTING || !record.field(FlowRecord.SERVER).equals(name)) {
            throw new MalformedException("its flow is not connecting to this name");
        }
        return record;
    }
}
