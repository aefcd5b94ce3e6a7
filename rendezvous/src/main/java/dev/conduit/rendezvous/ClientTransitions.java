package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Optional;

/** The client's side of a flow; each method is the inside of one transaction. */
final class ClientTransitions {

    /** Value of {@link FlowRecord#BY} when the client closed first. */
    static final String CLIENT = "client";

    private ClientTransitions() {}

    /**
     * Nothing to connecting: flow record and queue entry, each for the two domains only from the moment it is visible.
     *
     * @param id of the connection and the flow
     * @param claimed what this client wants to be called, or the empty text
     * @return whom the name leads to
     */
    static DomainId request(
            XenStoreOperations transaction, String name, String id, DomainId self, String claimed)
            throws ConduitException, XenStoreException {
        DomainId server = NameTransitions.resolve(transaction, name);
        if (!isListening(transaction, name)) {
            throw new ConduitRefusedException(RefusalReason.NOT_LISTENING, "nobody listens under the name '" + name
                    + "', which domain " + server + " has");
        }
        FlowRecord record = new FlowRecord(FlowState.CONNECTING).with(FlowRecord.SERVER, name);
        if (!claimed.isEmpty()) {
            record = record.with(FlowRecord.CLIENT, claimed);
        }
        make(transaction, Layout.flow(id), record.toString(), self, server);
        make(transaction, Layout.listen(name, id), id, self, server);
        return server;
    }

    /** The queue is write-only for us: the right answer is EACCES. */
    private static boolean isListening(XenStoreOperations transaction, String name) throws XenStoreException {
        try {
            return transaction.exists(Layout.listen(name));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return true;
            }
            throw refused;
        }
    }

    /** Whoever made a node earlier stays its owner, and then one of the two steps is refused. */
    private static void make(
            XenStoreOperations transaction, String path, String value, DomainId self, DomainId server)
            throws NoRightException, XenStoreException {
        try {
            transaction.write(path, value);
            transaction.setPermissions(path, Layout.sharedPermissions(self, server));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("EPERM")) {
                throw new NoRightException("cannot connect", path);
            }
            throw refused;
        }
    }

    /** Undoes {@link #request}, whatever has become of it: the client gives up. */
    static void withdraw(XenStoreOperations transaction, FlowNodes asked) throws XenStoreException {
        Nodes.remove(transaction, Layout.listen(asked.name(), asked.connection()));
        Optional<FlowRecord> record = asked.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.ESTABLISHED) {
            Nodes.remove(transaction, established(asked, record.get()).establishedPath());
        }
        Nodes.remove(transaction, asked.flowPath());
    }

    /** Where the connection stands, once the server has said what it calls this client. */
    static FlowNodes established(FlowNodes asked, FlowRecord answer) {
        String called = answer.field(FlowRecord.CLIENT);
        return ConduitNames.isName(called) ? asked.calling(called) : asked;
    }

    /** Established to closed, or to nothing when the server closed or died before. */
    static void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.ESTABLISHED) {
            transaction.write(nodes.flowPath(),
                    nodes.record(FlowState.CLOSED).with(FlowRecord.BY, CLIENT).toString());
            Nodes.remove(transaction, nodes.establishedPath());
        } else {
            Nodes.remove(transaction, nodes.flowPath());
        }
    }

    /** Removes what is ours, as one that closed and exited leaves it. */
    static void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Nodes.remove(transaction, nodes.establishedPath());
        Nodes.remove(transaction, nodes.flowPath());
    }

    /** The server's end was seen in shared memory: finds out which kind, and clears up after a crash. */
    static PeerEnd serverEnded(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.CLOSED) {
            return PeerEnd.CLOSED;
        }
        Nodes.remove(transaction, nodes.flowPath());
        return PeerEnd.LOST;
    }
}
